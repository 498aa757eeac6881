import { describe, expect, it } from 'vitest'
import {
  type Builder,
  DTYPES,
  type DType,
  float16ToNumber,
  fold,
  foldCall,
  inferNode,
  isFoldable,
  MemorySource,
  MemoryTensor,
  Model,
  SourceTensor,
  type Tensor,
  tensorData,
  tensorOf,
  tensorType,
  type Value,
} from '../../../src/graph/index.ts'
import { OPERATORS } from '../../../src/graph/ops/index.ts'
import { evaluate, type Written } from '../../support/evaluate.ts'

interface Case {
  readonly name: string
  readonly inputs: readonly Written[]
  readonly build: (b: Builder, inputs: readonly Value[]) => Value | readonly Value[]
  /** Relative tolerance, of functions that the runtime approximates. @default 0: the same bits */
  readonly tolerance?: number
}

const cases: Case[] = []
const add = (name: string, inputs: readonly Written[], build: Case['build'], tolerance?: number): void => {
  cases.push(tolerance === undefined ? { name, inputs, build } : { name, inputs, build, tolerance })
}

const at = (values: readonly Value[], index: number): Value => {
  const value = values[index]
  if (!value) throw new Error(`input ${index} is missing`)
  return value
}

const FLOATS = [0, -0, 0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0.1, 3.7, -7.25, 1e-3, 123.456]
const written = (dtype: DType, dims: readonly number[], data: readonly number[]): Written => ({
  dtype,
  dims,
  data: dtype === 'float32' ? data.map(Math.fround) : data,
})
const floats = (dims: readonly number[], shift = 0): Written =>
  written(
    'float32',
    dims,
    Array.from(
      { length: dims.reduce((a, b) => a * b, 1) },
      (_, i) => FLOATS[(i * 5 + shift) % FLOATS.length] ?? 0,
    ),
  )
const INTEGERS = [0, 1, -1, 7, -7, 3, -3, 100, -100, 5]
const integers = (dtype: DType, dims: readonly number[], shift = 0): Written =>
  written(
    dtype,
    dims,
    Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => INTEGERS[(i * 3 + shift) % 10] ?? 0),
  )
const nonZero = ({ data, ...rest }: Written): Written => ({
  ...rest,
  data: data.map((x) => (x === 0 ? 2 : x)),
})

// arithmetic, on every dtype that the runtime computes it in
const ARITHMETIC = {
  Add: (b: Builder, x: Value, y: Value) => b.add(x, y),
  Sub: (b: Builder, x: Value, y: Value) => b.sub(x, y),
  Mul: (b: Builder, x: Value, y: Value) => b.mul(x, y),
  Div: (b: Builder, x: Value, y: Value) => b.div(x, y),
  Max: (b: Builder, x: Value, y: Value) => b.max([x, y]),
  Min: (b: Builder, x: Value, y: Value) => b.min([x, y]),
  Equal: (b: Builder, x: Value, y: Value) => b.equal(x, y),
  Greater: (b: Builder, x: Value, y: Value) => b.greater(x, y),
  GreaterOrEqual: (b: Builder, x: Value, y: Value) => b.greaterOrEqual(x, y),
  Less: (b: Builder, x: Value, y: Value) => b.less(x, y),
  LessOrEqual: (b: Builder, x: Value, y: Value) => b.lessOrEqual(x, y),
}
for (const [op, build] of Object.entries(ARITHMETIC)) {
  add(`${op} float32`, [floats([3, 4]), nonZero(floats([4], 2))], (b, v) => build(b, at(v, 0), at(v, 1)))
  for (const dtype of ['int64', 'int32'] as const)
    add(`${op} ${dtype}`, [integers(dtype, [2, 5]), nonZero(integers(dtype, [2, 1], 1))], (b, v) =>
      build(b, at(v, 0), at(v, 1)),
    )
}
const large = written('int32', [4], [2 ** 31 - 1, -(2 ** 31), 123456789, -987654321])
add('Mul int32 that wraps', [large, written('int32', [4], [3, 3, 987654321, 40507])], (b, v) =>
  b.mul(at(v, 0), at(v, 1)),
)
add('Add int32 that wraps', [large, large], (b, v) => b.add(at(v, 0), at(v, 1)))
for (const dtype of ['int64', 'int32'] as const)
  for (const fmod of [0, 1])
    add(`Mod ${dtype} fmod ${fmod}`, [integers(dtype, [10]), nonZero(integers(dtype, [10], 4))], (b, v) =>
      b.mod(at(v, 0), at(v, 1), { fmod }),
    )
add('Mod float32', [floats([13]), nonZero(floats([13], 3))], (b, v) => b.mod(at(v, 0), at(v, 1), { fmod: 1 }))
add('Sum', [floats([2, 3]), floats([3], 1), floats([1], 4)], (b, v) => b.sum(v))
add(
  'Pow',
  [written('float32', [4], [0.5, 2, 3, 4]), written('float32', [1], [2.5])],
  (b, v) => b.pow(at(v, 0), at(v, 1)),
  1e-6,
)
add('Pow int64', [written('int64', [3], [-3, 2, 5]), written('int64', [], [3])], (b, v) =>
  b.pow(at(v, 0), at(v, 1)),
)
add(
  'Pow int64 of units',
  [written('int64', [4], [-1, 0, 1, -1]), written('int64', [4], [7, 0, 90, 400])],
  (b, v) => b.pow(at(v, 0), at(v, 1)),
)
const bools = (data: readonly number[]): Written => written('bool', [data.length], data)
const LOGIC = {
  And: (b: Builder, x: Value, y: Value) => b.and(x, y),
  Or: (b: Builder, x: Value, y: Value) => b.or(x, y),
  Xor: (b: Builder, x: Value, y: Value) => b.xor(x, y),
}
for (const [op, build] of Object.entries(LOGIC))
  add(op, [bools([0, 0, 1, 1]), bools([0, 1, 0, 1])], (b, v) => build(b, at(v, 0), at(v, 1)))
for (const op of ['BitwiseAnd', 'BitwiseOr', 'BitwiseXor'] as const)
  add(`${op} int32`, [integers('int32', [6]), integers('int32', [6], 2)], (b, v) =>
    op === 'BitwiseAnd'
      ? b.bitwiseAnd(at(v, 0), at(v, 1))
      : op === 'BitwiseOr'
        ? b.bitwiseOr(at(v, 0), at(v, 1))
        : b.bitwiseXor(at(v, 0), at(v, 1)),
  )

// one input
const special = written(
  'float32',
  [5],
  [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 0, 1],
)
add('IsNaN', [special], (b, v) => b.isNaN(at(v, 0)))
add('IsInf', [special], (b, v) => b.isInf(at(v, 0)))
add('IsInf upwards', [special], (b, v) => b.isInf(at(v, 0), { detect_negative: 0 }))
add('Not', [bools([0, 1])], (b, v) => b.not(at(v, 0)))
add('Abs', [floats([13])], (b, v) => b.abs(at(v, 0)))
add('Abs int64', [integers('int64', [10])], (b, v) => b.abs(at(v, 0)))
add('Neg', [floats([13])], (b, v) => b.neg(at(v, 0)))
add('Neg int64', [integers('int64', [10])], (b, v) => b.neg(at(v, 0)))
add('Ceil', [floats([13])], (b, v) => b.ceil(at(v, 0)))
add('Floor', [floats([13])], (b, v) => b.floor(at(v, 0)))
add('Round, halves to even', [floats([13])], (b, v) => b.round(at(v, 0)))
add('Sign', [floats([13])], (b, v) => b.sign(at(v, 0)))
add('Relu', [floats([13])], (b, v) => b.relu(at(v, 0)))
add('Sqrt', [written('float32', [4], [0, 2, 3, 1e-3])], (b, v) => b.sqrt(at(v, 0)))
add('Reciprocal', [written('float32', [4], [1, 3, -7, 1e-3])], (b, v) => b.reciprocal(at(v, 0)))
const small = floats([13])
add(
  'Exp',
  [
    written(
      'float32',
      [13],
      small.data.map((x) => x / 32),
    ),
  ],
  (b, v) => b.exp(at(v, 0)),
  1e-6,
)
add('Log', [written('float32', [3], [0.5, 2, 100])], (b, v) => b.log(at(v, 0)), 1e-6)
add('Sin', [small], (b, v) => b.sin(at(v, 0)), 1e-6)
add('Cos', [small], (b, v) => b.cos(at(v, 0)), 1e-6)
add('Tanh', [small], (b, v) => b.tanh(at(v, 0)), 1e-6)
add('Sigmoid', [small], (b, v) => b.sigmoid(at(v, 0)), 1e-6)

// casts
const to = (dtype: DType) => ({ to: DTYPES[dtype].onnx })
for (const target of ['int64', 'int32', 'uint8', 'bool', 'float64', 'float16'] as const) {
  const positive = written('float32', [6], [0, 0.5, 1.75, 3, 200.9, 7])
  add(`Cast float32 to ${target}`, [positive], (b, v) => b.cast(at(v, 0), to(target)))
  add(`Cast int64 to ${target}`, [written('int64', [4], [0, 1, 255, 77])], (b, v) =>
    b.cast(at(v, 0), to(target)),
  )
}
add('Cast negative float32 to int64', [floats([13])], (b, v) => b.cast(at(v, 0), to('int64')))
add(
  'Cast int64 that wraps to int32',
  [written('int64', [3], [2 ** 31, -(2 ** 40) - 5, 2 ** 32 + 9])],
  (b, v) => b.cast(at(v, 0), to('int32')),
)
add('Cast bool to float32', [bools([0, 1])], (b, v) => b.cast(at(v, 0), to('float32')))
add('CastLike', [floats([13]), written('int32', [], [0])], (b, v) => b.castLike(at(v, 0), at(v, 1)))

// movement
const cube = floats([2, 3, 4])
for (const perm of [[2, 0, 1], [1, 0, 2], undefined])
  add(`Transpose ${perm}`, [cube], (b, v) => b.transpose(at(v, 0), { perm }))
add('Transpose int64', [integers('int64', [2, 3])], (b, v) => b.transpose(at(v, 0)))
add('Concat', [cube, floats([2, 1, 4], 3), floats([2, 2, 4], 7)], (b, v) => b.concat(v, { axis: 1 }))
add('Concat of the last axis', [cube, floats([2, 3, 1], 3)], (b, v) => b.concat(v, { axis: -1 }))
add('Concat of long runs', [floats([2, 9]), floats([2, 11], 3)], (b, v) => b.concat(v, { axis: 1 }))
add('Concat int64', [integers('int64', [2, 1]), integers('int64', [2, 2], 3)], (b, v) =>
  b.concat(v, { axis: 1 }),
)
add('Concat of nothing and something', [floats([2, 0]), floats([2, 3])], (b, v) => b.concat(v, { axis: 1 }))
add('Concat bool', [bools([1, 0, 1]), bools([0, 0])], (b, v) => b.concat(v, { axis: 0 }))
add('Split', [cube], (b, v) => b.split(at(v, 0), { axis: 2, split: b.int64s([1, 3]) }))
add('Split into three', [floats([2, 7])], (b, v) => b.split(at(v, 0), { axis: 1, num_outputs: 3 }))
const slices: readonly (readonly [string, number[], number[], number[], number[]])[] = [
  ['forwards', [1, 0], [3, 2], [1, 2], [1, 1]],
  ['from the end', [-2], [1000], [2], [1]],
  ['with steps', [0, 3], [3, -100], [1, 2], [2, -2]],
  ['with steps forwards', [0, 1], [2, 4], [1, 2], [1, 2]],
  ['backwards to the beginning', [-1], [-1000], [0], [-1]],
  ['backwards from before the beginning', [-10], [-1000], [1], [-1]],
  ['of nothing', [2], [1], [1], [1]],
]
for (const [name, starts, ends, axes, steps] of slices)
  add(`Slice ${name}`, [cube], (b, v) =>
    b.slice(at(v, 0), b.int64s(starts), b.int64s(ends), { axes: b.int64s(axes), steps: b.int64s(steps) }),
  )
add('Slice int64', [integers('int64', [3, 4])], (b, v) =>
  b.slice(at(v, 0), b.int64s([1, 1]), b.int64s([3, 4]), { axes: b.int64s([0, 1]), steps: b.int64s([1, 2]) }),
)
add('Gather', [cube, written('int64', [2, 2], [0, -1, 2, 1])], (b, v) =>
  b.gather(at(v, 0), at(v, 1), { axis: 1 }),
)
add('Gather one', [cube, written('int64', [], [-2])], (b, v) => b.gather(at(v, 0), at(v, 1), { axis: 2 }))
add('Expand', [floats([3, 1])], (b, v) => b.expand(at(v, 0), b.int64s([2, 1, 4])))
add('Expand int64 by an axis', [integers('int64', [2, 1])], (b, v) => b.expand(at(v, 0), b.int64s([3, 2, 2])))
add('Tile', [floats([2, 3])], (b, v) => b.tile(at(v, 0), b.int64s([2, 3])))
for (const mode of ['constant', 'edge', 'reflect', 'wrap'])
  add(`Pad ${mode}`, [floats([2, 3])], (b, v) => b.pad(at(v, 0), b.int64s([1, 0, 0, 2]), { mode }))
add('Pad with a value, some axes, cropping', [floats([4, 3])], (b, v) =>
  b.pad(at(v, 0), b.int64s([-1, 2]), { constant_value: b.scalar('float32', 0.25), axes: b.int64s([0]) }),
)
add('Where', [bools([1, 0, 1]), floats([2, 3]), floats([1], 5)], (b, v) =>
  b.where(at(v, 0), at(v, 1), at(v, 2)),
)
add('Reshape', [cube], (b, v) => b.reshape(at(v, 0), b.int64s([0, -1])))
add('Squeeze', [floats([1, 3, 1])], (b, v) => b.squeeze(at(v, 0)))
add('Unsqueeze', [floats([3])], (b, v) => b.unsqueeze(at(v, 0), b.int64s([0, -1])))
add('Flatten', [cube], (b, v) => b.flatten(at(v, 0), { axis: 2 }))
add('Identity', [cube], (b, v) => b.identity(at(v, 0)))

const grid = written('int64', [2, 3], [0, -1, 2, 1, 1, 0])
add('GatherElements', [cube, written('int64', [2, 2, 2], [0, -1, 2, 1, 1, 0, 0, 2])], (b, v) =>
  b.gatherElements(at(v, 0), at(v, 1), { axis: 1 }),
)
add('GatherND', [cube, written('int64', [3, 2], [0, -1, 1, 1, -2, 0])], (b, v) =>
  b.gatherND(at(v, 0), at(v, 1)),
)
add('ScatterElements', [floats([4, 3]), grid, floats([2, 3], 5)], (b, v) =>
  b.scatterElements(at(v, 0), at(v, 1), at(v, 2), { axis: 0 }),
)
add('ScatterND', [cube, written('int64', [2, 1], [1, -2]), floats([2, 3, 4], 7)], (b, v) =>
  b.scatterND(at(v, 0), at(v, 1), at(v, 2)),
)
add(
  'ScatterND of single elements',
  [floats([3, 3]), written('int64', [2, 2], [0, 1, -1, 2]), floats([2], 5)],
  (b, v) => b.scatterND(at(v, 0), at(v, 1), at(v, 2)),
)
add('Trilu', [floats([2, 3, 4])], (b, v) => b.trilu(at(v, 0)))
add('Trilu, the lower triangle, shifted', [integers('int64', [3, 4])], (b, v) =>
  b.trilu(at(v, 0), { upper: 0, k: b.scalar('int64', -1) }),
)
for (const dtype of ['int64', 'int32'] as const)
  add(`CumSum ${dtype}`, [integers(dtype, [2, 3, 2])], (b, v) => b.cumSum(at(v, 0), b.scalar('int64', 1)))
add(
  'CumSum from behind, without its own',
  [floats([2, 4])],
  (b, v) => b.cumSum(at(v, 0), b.scalar('int64', -1), { exclusive: 1, reverse: 1 }),
  1e-6,
)
add('Clip', [floats([13])], (b, v) =>
  b.clip(at(v, 0), { min: b.scalar('float32', -1), max: b.scalar('float32', 2) }),
)
add('Clip between bounds that cross', [floats([13])], (b, v) =>
  b.clip(at(v, 0), { min: b.scalar('float32', 2), max: b.scalar('float32', -1) }),
)
for (const dtype of ['int64', 'int32'] as const)
  add(`Clip ${dtype} from below`, [integers(dtype, [10])], (b, v) =>
    b.clip(at(v, 0), { min: b.scalar(dtype, -3) }),
  )

// reductions
for (const op of ['ReduceSum', 'ReduceMean', 'ReduceMax', 'ReduceMin', 'ReduceProd'] as const) {
  const reduce = {
    ReduceSum: 'reduceSum',
    ReduceMean: 'reduceMean',
    ReduceMax: 'reduceMax',
    ReduceMin: 'reduceMin',
    ReduceProd: 'reduceProd',
  } as const
  add(`${op} of two axes`, [cube], (b, v) => b[reduce[op]](at(v, 0), { axes: b.int64s([0, -1]) }), 1e-6)
  add(`${op} of all, without dims`, [cube], (b, v) => b[reduce[op]](at(v, 0), { keepdims: 0 }), 1e-6)
  if (op !== 'ReduceMean')
    add(`${op} int64`, [nonZero(integers('int64', [2, 3]))], (b, v) =>
      b[reduce[op]](at(v, 0), { axes: b.int64s([1]) }),
    )
}
add('ReduceSum of no axes', [cube], (b, v) => b.reduceSum(at(v, 0), { noop_with_empty_axes: 1 }))
add('ArgMax', [floats([3, 7])], (b, v) => b.argMax(at(v, 0), { axis: 1 }))
add('ArgMin, the last of equals', [written('float32', [2, 4], [1, 0, 0, 2, 5, 5, 5, 5])], (b, v) =>
  b.argMin(at(v, 0), { axis: -1, select_last_index: 1, keepdims: 0 }),
)

// generation and products
add('ConstantOfShape', [written('int64', [2], [2, 3])], (b, v) =>
  b.constantOfShape(at(v, 0), { value: tensorOf('int64', [1], [7]) }),
)
add(
  'Range int64',
  [written('int64', [], [3]), written('int64', [], [-8]), written('int64', [], [-3])],
  (b, v) => b.range(at(v, 0), at(v, 1), at(v, 2)),
)
add('EyeLike', [floats([3, 4])], (b, v) => b.eyeLike(at(v, 0), { k: 1 }))
add('NonZero', [written('float32', [2, 3], [0, 1, 0, 2, 0, 3])], (b, v) => b.nonZero(at(v, 0)))
add('MatMul', [floats([2, 1, 3, 4]), floats([5, 4, 2], 3)], (b, v) => b.matMul(at(v, 0), at(v, 1)), 1e-5)
add('MatMul of a row', [floats([4]), floats([4, 2], 3)], (b, v) => b.matMul(at(v, 0), at(v, 1)), 1e-5)
add('MatMul of a column', [floats([3, 4]), floats([4], 3)], (b, v) => b.matMul(at(v, 0), at(v, 1)), 1e-5)

/** The same node on constants. */
function foldedResults(node: Value['producer'], inputs: readonly Written[]): readonly Tensor[] | undefined {
  if (!node) throw new Error('nothing was emitted')
  const model = new Model()
  const constants = node.inputs.map((input) => {
    const index = input?.tensor ? -1 : Number(input?.name.slice(1))
    const given = inputs[index]
    const tensor = input?.tensor ?? (given && tensorOf(given.dtype, given.dims, given.data))
    return tensor && model.graph.addInitializer(tensor)
  })
  const copy = model.graph.append({
    op: node.op,
    inputs: constants,
    attributes: node.attributes,
    outputs: node.outputs.map(() => ({})),
  })
  inferNode(model, copy)
  return fold(copy)
}

describe('kernels beside onnxruntime-web', () => {
  it.each(cases)('$name', async ({ inputs, build, tolerance = 0 }) => {
    const { results, values } = await evaluate(build, inputs)
    const folded = foldedResults(values[0]?.producer, inputs)
    expect(folded?.map(({ dims }) => dims)).toEqual(results.map(({ dims }) => dims))
    results.forEach(({ dtype, data }, index) => {
      const tensor = folded?.[index]
      expect(tensor?.dtype).toBe(dtype)
      const numbers = tensor ? Array.from(tensorData(tensor), Number) : []
      const close = (a: number, b: number) => Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b))
      const wrong = data.filter((value, position) => {
        const given = numbers[position] ?? Number.NaN
        return !Object.is(given, value) && !(given === value) && !close(given, value)
      })
      expect(wrong, `${numbers} beside ${data}`).toEqual([])
    })
  })

  it('are compared for every operator that folds', () => {
    const compared = new Set(cases.map(({ name }) => name.split(/[ ,]/)[0]))
    const kernels = Object.values(OPERATORS).filter((schema) =>
      isFoldable(schema.op, 'domain' in schema ? schema.domain : ''),
    )
    expect(kernels.map(({ op }) => op).filter((op) => !compared.has(op))).toEqual([])
  })

  it('leave a matrix of strings to the runtime', () => {
    const type = tensorType('string', [2, 2])
    const attributes = new Map([['dtype', { type: 'int', value: DTYPES.string.onnx } as const]])
    const model = new Model()
    const input = model.graph.addInitializer(tensorOf('float32', [2, 2], [1, 2, 3, 4]))
    expect(foldCall({ op: 'EyeLike', inputs: [input], attributes, outputs: [type] })).toBeUndefined()
  })

  it('round half floats once', () => {
    const model = new Model()
    const half = (bits: number) =>
      model.graph.addInitializer(
        new MemoryTensor('float16', [1], new Uint8Array(Uint16Array.of(bits).buffer)),
      )
    const node = model.graph.append({ op: 'Div', inputs: [half(0x3c00), half(0x4200)], outputs: [{}] })
    inferNode(model, node)
    const [third] = fold(node) ?? []
    expect(third && float16ToNumber(Number(tensorData(third)[0]))).toBe(0.333251953125)
  })

  it('move elements of tensors that lie unaligned in a file', () => {
    const model = new Model()
    const file = Buffer.alloc(13)
    file.writeFloatLE(1.5, 1)
    file.writeFloatLE(-2, 5)
    file.writeFloatLE(3, 9)
    const tensor = new SourceTensor('float32', [3], new MemorySource(file).slice(1, 12))
    const node = model.graph.append({
      op: 'Gather',
      inputs: [
        model.graph.addInitializer(tensor),
        model.graph.addInitializer(tensorOf('int64', [2], [2, 0])),
      ],
      outputs: [{}],
    })
    inferNode(model, node)
    const [picked] = fold(node) ?? []
    expect(picked && [...tensorData(picked)]).toEqual([3, 1.5])
  })

  it('leave division of integers by zero to the runtime', () => {
    const model = new Model()
    const zero = model.graph.addInitializer(tensorOf('int64', [1], [0]))
    const node = model.graph.append({ op: 'Div', inputs: [zero, zero], outputs: [{}] })
    inferNode(model, node)
    expect(fold(node)).toBeUndefined()
  })

  it('leave two updates of one element to the runtime, and indices out of range', () => {
    const model = new Model()
    const constant = (dtype: DType, dims: readonly number[], data: readonly number[]) =>
      model.graph.addInitializer(tensorOf(dtype, dims, data))
    const scatter = (indices: readonly number[]) => {
      const inputs = [
        constant('float32', [3], [1, 2, 3]),
        constant('int64', [2, 1], indices),
        constant('float32', [2], [4, 5]),
      ]
      const node = model.graph.append({ op: 'ScatterND', inputs, outputs: [{}] })
      inferNode(model, node)
      return fold(node)
    }
    expect(scatter([1, -2])).toBeUndefined()
    expect(scatter([1, 3])).toBeUndefined()
    expect(scatter([1, -1])).toBeDefined()
  })

  it('leave powers to the runtime that 64 bits do not hold', () => {
    const model = new Model()
    const [base, exponent] = [3, 10 ** 9].map((x) => model.graph.addInitializer(tensorOf('int64', [], [x])))
    const node = model.graph.append({ op: 'Pow', inputs: [base, exponent], outputs: [{}] })
    inferNode(model, node)
    expect(fold(node)).toBeUndefined()
  })

  it('keep int64 values that numbers cannot hold', () => {
    const model = new Model()
    const most = model.graph.addInitializer(tensorOf('int64', [1], [2n ** 63n - 1n]))
    const node = model.graph.append({
      op: 'Concat',
      inputs: [most, most],
      attributes: new Map([['axis', { type: 'int', value: 0 } as const]]),
      outputs: [{}],
    })
    inferNode(model, node)
    expect(node.output.content).toBeUndefined()
    const [joined] = fold(node) ?? []
    expect(joined && [...tensorData(joined)]).toEqual([2n ** 63n - 1n, 2n ** 63n - 1n])
  })
})
