import { composites, product, type Value } from '../../../../graph/index.ts'
import type { PyValue } from '../../evaluator/values/index.ts'
import type { Arguments } from '../arguments.ts'
import type { OperatorContext } from '../context.ts'
import { floating, promotePair } from '../operands.ts'
import type { Evaluate, OperatorTable } from '../operator.ts'
import { reduceAxes } from './reduction.ts'

const scaled = (c: OperatorContext, x: Value, by: number): Value =>
  by === 1 ? x : c.b.mul(x, c.number(by, x.dtype))

/** β·self + α·joined; self does not count, not even its NaN, where β is 0. */
function accumulated(c: OperatorContext, args: Arguments, joined: Value): Value {
  const [alpha, beta] = [args.number('alpha'), args.number('beta')]
  const product = scaled(c, joined, alpha)
  return beta === 0 ? product : c.b.add(scaled(c, args.value('self'), beta), product)
}

/** Sums over the batch. */
const addBatched: Evaluate = (c, args) => {
  const products = c.b.matMul(args.value('batch1'), args.value('batch2'))
  return c.wrap(accumulated(c, args, c.b.reduceSum(products, { axes: c.b.int64s([0]), keepdims: 0 })))
}

const addVector: Evaluate = (c, args) =>
  c.wrap(accumulated(c, args, c.b.matMul(args.value('mat'), args.value('vec'))))

/** Sums over pairs of dims, as one product of matrices. */
const tensorDot: Evaluate = (c, args) => {
  if (args.has('dims')) return tensorDotOfPython(c, args)
  const [a, b] = [args.value('self'), args.value('other')]
  return contracted(c, a, b, [args.numbers('dims_self'), args.numbers('dims_other')])
}

/** `dims=2`: the last two of `a` with the first two of `b`; `dims=([1], [0])`: these. */
const tensorDotOfPython: Evaluate = (c, args) => {
  const [a, b, dims] = [args.value('a'), args.value('b'), args.get('dims')]
  if (dims.kind === 'int' && typeof dims.value === 'number') {
    const count = dims.value
    const axes = Array.from({ length: count }, (_, index) => index)
    return contracted(c, a, b, [axes.map((axis) => a.rank - count + axis), axes])
  }
  const pair = dims.kind === 'list' || dims.kind === 'tuple' ? dims.items : []
  const axes = pair.map((side) => c.interpreter.iterate(side).map((axis) => plainInt(c, axis)))
  const [left, right] = axes
  return left && right
    ? contracted(c, a, b, [left, right])
    : c.refuse('tensordot by other dims than a number or two lists')
}

function plainInt(c: OperatorContext, axis: PyValue): number {
  return axis.kind === 'int' && typeof axis.value === 'number'
    ? axis.value
    : c.refuse('an axis that is no plain int')
}

function contracted(
  c: OperatorContext,
  a: Value,
  b: Value,
  axes: readonly [readonly number[], readonly number[]],
): PyValue {
  const left = axes[0].map((axis) => c.axis(axis, a.rank))
  const right = axes[1].map((axis) => c.axis(axis, b.rank))
  const keptLeft = a.dims.map((_, axis) => axis).filter((axis) => !left.includes(axis))
  const keptRight = b.dims.map((_, axis) => axis).filter((axis) => !right.includes(axis))
  const dimsOf = (x: Value, axes: readonly number[]) => axes.map((axis) => x.dims[axis] ?? 1)
  const [rows, columns] = [dimsOf(a, keptLeft), dimsOf(b, keptRight)]
  const shared = product(dimsOf(a, left))
  const matrix = c.reshape(composites.permute(c.b, a, [...keptLeft, ...left]), [product(rows), shared])
  const other = c.reshape(composites.permute(c.b, b, [...right, ...keptRight]), [shared, product(columns)])
  return c.wrap(c.reshape(c.b.matMul(matrix, other), [...rows, ...columns]))
}

const chain: Evaluate = (c, args) => {
  const factors = args.values(args.has('matrices') ? 'matrices' : 'tensors')
  return c.wrap(factors.reduce((left, right) => c.b.matMul(left, right)))
}

/** a₂b₃ − a₃b₂, a₃b₁ − a₁b₃, a₁b₂ − a₂b₁ along a dim of three. */
const crossProduct: Evaluate = (c, args) => {
  const { a, b } = promotePair(c, args)
  const found = a.dims.indexOf(3)
  const axis = c.axis(args.has('dim') ? args.number('dim') : found, a.rank)
  const turn = (x: Value, by: number): Value => composites.roll(c.b, x, axis, by)
  const forward = c.b.mul(turn(a, -1), turn(b, -2))
  return c.wrap(c.b.sub(forward, c.b.mul(turn(a, -2), turn(b, -1))))
}

/** Of matrices in the last two dims: the Frobenius norm. */
const matrixNorm: Evaluate = (c, args) => {
  const x = floating(c, args)
  if (args.get('ord').kind !== 'str' || args.string('ord') !== 'fro')
    return c.refuse('an induced norm of a matrix')
  const axes = args.numbers('dim').map((axis) => c.axis(axis, x.rank))
  return c.wrap(c.b.reduceL2(x, reduceAxes(c, axes, args.bool('keepdim'))))
}

const determinant: Evaluate = (c, args) => c.wrap(c.b.det(floating(c, args, args.has('A') ? 'A' : 'self')))

/** Linear algebra beyond plain products. */
export const ALGEBRA: OperatorTable = {
  addbmm: addBatched,
  addmv: addVector,
  tensordot: tensorDot,
  linalg_multi_dot: chain,
  chain_matmul: chain,
  cross: crossProduct,
  linalg_cross: crossProduct,
  linalg_matrix_norm: matrixNorm,
  linalg_det: determinant,
  det: determinant,
}
