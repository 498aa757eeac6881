import { describe, expect, it } from 'vitest'
import { createEngine } from '../../../../src/engine/index.ts'
import { detourOf, MISSING_KERNELS } from '../../../../src/formats/pytorch/aten/missing-kernels.ts'
import {
  type Builder,
  createBuilder,
  type DetourOf,
  type DType,
  Model,
  tensorType,
  type Value,
} from '../../../../src/graph/index.ts'
import { joinChunks, writeModel } from '../../../../src/graph/onnx/index.ts'

type Emit = (b: Builder, x: Value, y: Value, condition: Value) => Value

const reduced = (b: Builder) => ({ axes: b.int64s([1]) })
const rows = (b: Builder): Value => b.expand(b.int64s([0]), b.int64s([3, 3]))

/** What operators of tensors of numbers emit, over inputs of [3, 3]. */
const ON_NUMBERS: { readonly [op: string]: Emit } = {
  Abs: (b, x) => b.abs(x),
  Add: (b, x, y) => b.add(x, y),
  Clip: (b, x) => b.clip(x, { min: b.scalar(x.dtype, 1), max: b.scalar(x.dtype, 2) }),
  Div: (b, x, y) => b.div(x, y),
  Einsum: (b, x, y) => b.einsum([x, y], { equation: 'ij,jk->ik' }),
  Greater: (b, x, y) => b.greater(x, y),
  GreaterOrEqual: (b, x, y) => b.greaterOrEqual(x, y),
  Less: (b, x, y) => b.less(x, y),
  LessOrEqual: (b, x, y) => b.lessOrEqual(x, y),
  MatMul: (b, x, y) => b.matMul(x, y),
  Mod: (b, x, y) => b.mod(x, y),
  'Mod (fmod)': (b, x, y) => b.mod(x, y, { fmod: 1 }),
  Mul: (b, x, y) => b.mul(x, y),
  Neg: (b, x) => b.neg(x),
  Pow: (b, x, y) => b.pow(x, y),
  ReduceProd: (b, x) => b.reduceProd(x, reduced(b)),
  ReduceSum: (b, x) => b.reduceSum(x, reduced(b)),
  'ScatterElements (add)': (b, x, y) => b.scatterElements(x, rows(b), y, { axis: 0, reduction: 'add' }),
  'ScatterElements (max)': (b, x, y) => b.scatterElements(x, rows(b), y, { axis: 0, reduction: 'max' }),
  'ScatterND (add)': (b, x, y) =>
    b.scatterND(x, b.expand(b.int64s([0]), b.int64s([3, 1])), y, { reduction: 'add' }),
  Sign: (b, x) => b.sign(x),
  Sub: (b, x, y) => b.sub(x, y),
}

const ON_INTEGERS: { readonly [op: string]: Emit } = {
  BitwiseAnd: (b, x, y) => b.bitwiseAnd(x, y),
  BitwiseNot: (b, x) => b.bitwiseNot(x),
  BitwiseOr: (b, x, y) => b.bitwiseOr(x, y),
  BitwiseXor: (b, x, y) => b.bitwiseXor(x, y),
}

/** What bools have too. */
const ON_ALL: { readonly [op: string]: Emit } = {
  ArgMax: (b, x) => b.argMax(x, { axis: 1 }),
  ArgMin: (b, x) => b.argMin(x, { axis: 1 }),
  'Cast to float32': (b, x) => b.cast(x, { to: 1 }),
  'Cast to int64': (b, x) => b.cast(x, { to: 7 }),
  Compress: (b, x, _, condition) => b.compress(x, b.reshape(condition, b.int64s([-1]))),
  Concat: (b, x, y) => b.concat([x, y], { axis: 0 }),
  ConstantOfShape: (b, x) => b.constantOfShape(b.shape(x)),
  CumSum: (b, x) => b.cumSum(x, b.scalar('int64', 1)),
  Equal: (b, x, y) => b.equal(x, y),
  Expand: (b, x) => b.expand(x, b.int64s([2, 3, 3])),
  Gather: (b, x) => b.gather(x, b.int64s([0, 1]), { axis: 0 }),
  GatherElements: (b, x) => b.gatherElements(x, rows(b), { axis: 0 }),
  GatherND: (b, x) => b.gatherND(x, b.expand(b.int64s([0]), b.int64s([1, 1]))),
  Max: (b, x, y) => b.max([x, y]),
  Min: (b, x, y) => b.min([x, y]),
  NonZero: (b, x) => b.nonZero(x),
  Pad: (b, x) => b.pad(x, b.int64s([1, 0, 0, 0])),
  'Pad (edge)': (b, x) => b.pad(x, b.int64s([1, 0, 0, 0]), { mode: 'edge' }),
  'Pad (reflect)': (b, x) => b.pad(x, b.int64s([1, 0, 0, 0]), { mode: 'reflect' }),
  ReduceMax: (b, x) => b.reduceMax(x, reduced(b)),
  ReduceMin: (b, x) => b.reduceMin(x, reduced(b)),
  ScatterElements: (b, x, y) => b.scatterElements(x, rows(b), y, { axis: 0 }),
  ScatterND: (b, x, y) => b.scatterND(x, b.expand(b.int64s([0]), b.int64s([3, 1])), y),
  Slice: (b, x) => b.slice(x, b.int64s([0]), b.int64s([1]), { axes: b.int64s([0]) }),
  Split: (b, x) => b.split(x, { axis: 0, split: b.int64s([1, 2]) })[0] ?? x,
  Tile: (b, x) => b.tile(x, b.int64s([2, 1])),
  TopK: (b, x) => b.topK(x, b.int64s([2]), { axis: 1 })[0] ?? x,
  Transpose: (b, x) => b.transpose(x, { perm: [1, 0] }),
  Trilu: (b, x) => b.trilu(x, { upper: 0 }),
  Where: (b, x, y, condition) => b.where(condition, x, y),
}

const NARROW: readonly DType[] = ['uint8', 'int8', 'int16', 'uint16']
const WIDE: readonly DType[] = ['int32', 'int64']

const pairs = (emits: { readonly [op: string]: Emit }, dtypes: readonly DType[]) =>
  Object.entries(emits).flatMap(([op, emit]) => dtypes.map((dtype) => [op, dtype, emit] as const))

const CALLS = [
  ...pairs(ON_NUMBERS, [...NARROW, ...WIDE, 'float64']),
  ...pairs(ON_INTEGERS, [...NARROW, ...WIDE]),
  ...pairs(ON_ALL, [...NARROW, ...WIDE, 'bool', 'float64']),
]

const engine = createEngine()

/** Whether the runtime takes a model of that one call. */
async function loads(emit: Emit, dtype: DType, detour?: DetourOf): Promise<boolean> {
  const model = new Model()
  const b = createBuilder(model, undefined, detour)
  const [x, y] = ['x', 'y'].map((name) => model.graph.addInput(name, tensorType(dtype, [3, 3])))
  if (!x || !y) throw new Error('no inputs')
  model.graph.addOutput('z', emit(b, x, y, model.graph.addInput('condition', tensorType('bool', [3, 3]))))
  const bytes = joinChunks(writeModel(model).model)
  try {
    const session = await engine.session({ bytes }, { optimize: 'disabled' })
    await session.release()
    return true
  } catch {
    return false
  }
}

const isListed = (op: string, dtype: DType): boolean =>
  MISSING_KERNELS[op.replace(/ .*/, '')]?.[dtype] !== undefined

describe('operators of every integer dtype run in onnxruntime-web', () => {
  it.each(CALLS)('%s of %s', async (_, dtype, emit) => {
    expect(await loads(emit, dtype, detourOf)).toBe(true)
  })
})

describe('kernels that are told to be missing are', () => {
  it.each(CALLS.filter(([op, dtype]) => isListed(op, dtype)))('%s of %s', async (_, dtype, emit) => {
    expect(await loads(emit, dtype)).toBe(false)
  })
})

it('casts the elements, not the condition, and the result back', () => {
  const model = new Model()
  const b = createBuilder(model, undefined, detourOf)
  const [x, condition] = (['bool', 'bool'] as const).map((dtype, at) =>
    model.graph.addInput(`x${at}`, tensorType(dtype, [2])),
  )
  if (!x || !condition) throw new Error('no inputs')
  const y = b.where(condition, x, x)
  expect(y.dtype).toBe('bool')
  expect(y.producer?.op).toBe('Cast')
  expect(y.producer?.input(0)?.producer?.input(0)).toBe(condition)
})
