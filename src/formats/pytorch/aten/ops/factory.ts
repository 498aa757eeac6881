import {
  type Dim,
  DTYPES,
  type DType,
  elementCount,
  isInteger,
  tensorOf,
  tensorType,
  type Value,
} from '../../../../graph/index.ts'
import { asNumber, isNumber, isSafe, isSymbolicNumber } from '../../evaluator/numbers/numbers.ts'
import { type PyValue, TensorHandle } from '../../evaluator/values/index.ts'
import type { Arguments } from '../arguments.ts'
import type { OperatorContext } from '../context.ts'
import { promoted } from '../operands.ts'
import type { Evaluate, OperatorTable } from '../operator.ts'
import { undefinedContents } from '../undefined-contents.ts'

/** Larger constants are made by the graph (ConstantOfShape), not stored. */
const MAX_STORED = 4096

function isPlain(dims: readonly Dim[]): dims is readonly number[] {
  return dims.every((dim) => typeof dim === 'number')
}

/** A tensor of one repeated number. */
export function filled(c: OperatorContext, dims: readonly Dim[], value: number, dtype: DType): Value {
  const negative = dims.find((dim) => typeof dim === 'number' && dim < 0)
  if (negative !== undefined) return c.fail(`Trying to create tensor with negative dimension ${negative}`)
  const element = elementOf(c, value, dtype)
  if (isPlain(dims) && elementCount(dims) <= MAX_STORED) {
    return c.b.constant(
      tensorOf(
        dtype,
        dims,
        Array.from({ length: elementCount(dims) }, () => element),
      ),
    )
  }
  if (dtype === 'float16' || dtype === 'bfloat16' || dtype === 'bool') {
    return c.cast(filled(c, dims, element, dtype === 'bool' ? 'int32' : 'float32'), dtype)
  }
  return c.b.constantOfShape(c.dims(dims), { value: tensorOf(dtype, [1], [element]) })
}

/** What a tensor of the dtype holds of a number: integers are cut towards zero, and −1 is the largest unsigned one. */
function elementOf(c: OperatorContext, value: number, dtype: DType): number {
  if (dtype === 'bool') return Number(value !== 0)
  if (!isInteger(dtype)) return value
  const whole = Math.trunc(value)
  const { kind, bits } = DTYPES[dtype]
  const limit = 2 ** (kind === 'int' ? bits - 1 : bits)
  if (whole < limit && whole >= -limit) return whole
  return c.fail(`value cannot be converted to type ${dtype} without overflow`)
}

/** The shape that a call asks for: its own, or that of the tensor it is like. */
function shapeOf(args: Arguments): readonly Dim[] {
  return args.has('size') ? args.ints('size') : args.tensor('self').dims
}

/** A new tensor takes its dtype from the call, else from the tensor it is made like, else float32. */
function dtypeOf(args: Arguments): DType {
  const like = args.get('self')
  return args.dtype('dtype') ?? (like.kind === 'tensor' ? like.dtype : 'float32')
}

const fill =
  (value: number): Evaluate =>
  (c, args) =>
    c.wrap(filled(c, shapeOf(args), value, dtypeOf(args)))

/** `torch.full` takes its dtype from the number (ints give int64, since torch 1.8). */
const full: Evaluate = (c, args) => {
  const given = args.scalar('fill_value')
  const like = args.get('self')
  const dtype =
    args.dtype('dtype') ??
    (like.kind === 'tensor' ? like.dtype : promoted([{ kind: 'number', type: given.kind }]))
  const value = asNumber(given)
  if (typeof value.value === 'number' && !isSymbolicNumber(value) && !isLong(value)) {
    return c.wrap(filled(c, shapeOf(args), value.value, dtype))
  }
  return c.wrap(c.b.expand(c.scalar(given, dtype), c.dims(shapeOf(args))))
}

/** A tensor of unknown contents; nothing is emitted unless it is read. */
export function undefinedTensor(
  c: OperatorContext,
  dims: readonly Dim[],
  dtype: DType,
  origin: string,
): TensorHandle {
  return new TensorHandle({
    type: tensorType(dtype, dims),
    make: () => undefinedContents(c.b, dtype, dims, origin),
  })
}

/**
 * `torch.empty` and random numbers, which are not what a converted model should hold. While a model runs, memory that
 * nobody has set may hold anything, so zeros too: programs fill it in parts.
 */
const unset: Evaluate = (c, args) => {
  const [dims, dtype] = [shapeOf(args), dtypeOf(args)]
  const isMemory = c.name.includes('empty')
  if (isMemory && c.session.isForward) return c.wrap(filled(c, dims, 0, dtype))
  return undefinedTensor(c, dims, dtype, `torch.${c.name}`)
}

/** Numbers as a constant, cut towards zero for integer dtypes. */
export function listed(
  c: OperatorContext,
  dims: readonly number[],
  values: readonly number[],
  dtype: DType,
): Value {
  if (dtype === 'float16' || dtype === 'bfloat16') return c.cast(listed(c, dims, values, 'float32'), dtype)
  const elements = values.map((value) => elementOf(c, value, dtype))
  return c.b.constant(tensorOf(dtype, dims, elements))
}

const eye: Evaluate = (c, args) => {
  const rows = args.int('n')
  const columns = args.optionalInt('m') ?? rows
  const shape = filled(c, [rows, columns], 0, 'float32')
  return c.wrap(c.cast(c.b.eyeLike(shape), args.dtype('dtype') ?? 'float32'))
}

interface Nested {
  readonly dims: readonly number[]
  readonly leaves: readonly PyValue[]
}

/** The elements of nested lists, which must be rectangular. */
function flattened(c: OperatorContext, value: PyValue): Nested {
  c.session.budget.step()
  if (value.kind !== 'list' && value.kind !== 'tuple') return { dims: [], leaves: [value] }
  const parts = value.items.map((item) => flattened(c, item))
  const [first] = parts
  if (parts.some((part) => String(part.dims) !== String(first?.dims)))
    return c.fail('the rows have different lengths')
  c.session.budget.step(parts.reduce((sum, { leaves }) => sum + leaves.length, 0))
  return { dims: [parts.length, ...(first?.dims ?? [])], leaves: parts.flatMap(({ leaves }) => leaves) }
}

/** `torch.tensor(data, dtype=…)`: numbers make a constant; tensors and symbolic ints among them are stacked. */
function tensor(c: OperatorContext, data: PyValue, wanted: DType | undefined): PyValue {
  if (data.kind === 'tensor') return c.wrap(wanted ? c.cast(data.read(), wanted) : data.read())
  const { dims, leaves } = flattened(c, data)
  c.session.budget.step(leaves.length)
  const dtype = wanted ?? dtypeOfLeaves(c, leaves)
  const numbers = leaves.map((leaf) => (isNumber(leaf) ? Number(asNumber(leaf).value) : Number.NaN))
  const isConstant = leaves.every(
    (leaf) => isNumber(leaf) && typeof asNumber(leaf).value === 'number' && !isScaled(leaf) && !isLong(leaf),
  )
  if (isConstant) return c.wrap(listed(c, dims, numbers, dtype))
  const parts = leaves.map((leaf) => c.reshape(leafValue(c, leaf, dtype), [1]))
  return c.wrap(c.reshape(c.b.concat(parts, { axis: 0 }), dims))
}

const isLong = (leaf: PyValue): boolean => leaf.kind === 'int' && !isSafe(leaf)

const isScaled = (leaf: PyValue): boolean => leaf.kind === 'float' && leaf.symbolic !== undefined

function dtypeOfLeaves(c: OperatorContext, leaves: readonly PyValue[]): DType {
  if (leaves.length === 0) return 'float32'
  return promoted(
    leaves.map((leaf) => {
      if (isNumber(leaf)) return { kind: 'number', type: leaf.kind }
      if (leaf.kind === 'tensor') return { kind: 'tensor', dtype: leaf.dtype, rank: leaf.rank }
      return c.fail(`a tensor cannot hold a value of type ${leaf.kind}`)
    }),
  )
}

function leafValue(c: OperatorContext, leaf: PyValue, dtype: DType): Value {
  if (leaf.kind === 'tensor') return c.cast(leaf.read(), dtype)
  return isNumber(leaf) ? c.scalar(leaf, dtype) : c.fail(`a tensor cannot hold a value of type ${leaf.kind}`)
}

const tensorOperator: Evaluate = (c, args) => tensor(c, args.get('data'), args.dtype('dtype'))

/** A tensor of that dtype stays what it is. */
const asTensor: Evaluate = (c, args) => {
  const data = args.get('data')
  const dtype = args.dtype('dtype')
  const isDone = data.kind === 'tensor' && (dtype === undefined || dtype === data.dtype)
  return isDone ? data : tensor(c, data, dtype)
}

/** In place: contents are replaced. The functional form only has to give them. */
const refill: Evaluate = (c, args) => {
  const self = args.tensor('self')
  const value = args.get('value')
  if (value.kind === 'tensor') return c.wrap(c.b.expand(c.cast(value.read(), self.dtype), c.dims(self.dims)))
  return c.wrap(c.b.expand(c.scalar(args.scalar('value'), self.dtype), c.dims(self.dims)))
}

const copy: Evaluate = (c, args) => {
  const self = args.tensor('self')
  const source = c.cast(args.value('src'), self.dtype)
  const isWhole = source.rank === self.rank && source.dims.every((dim, axis) => dim === self.dims[axis])
  return c.wrap(isWhole ? source : c.b.expand(source, c.dims(self.dims)))
}

/** `x.normal_()` and kin set up weights; what they leave is as open as `torch.empty`. */
const randomise: Evaluate = (c, args) => {
  const self = args.tensor('self')
  return undefinedTensor(c, self.dims, self.dtype, `torch.${c.name}`)
}

/** Tensors made from numbers. */
export const FACTORY: OperatorTable = {
  zeros: fill(0),
  ones: fill(1),
  zeros_like: fill(0),
  ones_like: fill(1),
  new_zeros: fill(0),
  new_ones: fill(1),
  full,
  full_like: full,
  new_full: full,
  empty: unset,
  empty_like: unset,
  new_empty: unset,
  rand: unset,
  randn: unset,
  rand_like: unset,
  randn_like: unset,
  eye,
  tensor: tensorOperator,
  as_tensor: asTensor,
  new_tensor: (c, args) => tensor(c, args.get('data'), dtypeOf(args)),
  scalar_tensor: (c, args) => tensor(c, args.get('s'), args.dtype('dtype') ?? 'float32'),
  fill: refill,
  zero: (c, args) => c.wrap(filled(c, args.tensor('self').dims, 0, args.tensor('self').dtype)),
  copy,
  normal: randomise,
  uniform: randomise,
  random: randomise,
  exponential: randomise,
}
