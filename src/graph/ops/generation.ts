import { add, ceilDiv, type Dim, floorDiv, sub } from '../dims/index.ts'
import type { DType } from '../dtype.ts'
import { CONTENT_LIMIT, isShort } from '../inference/content.ts'
import type { InferenceContext } from '../inference/context.ts'
import { type OutputInfo, tensorInfo } from '../inference/output-info.ts'
import { staticDims } from '../inference/shared.ts'
import { elementCount, type Tensor, tensorData } from '../tensor.ts'
import { constantInfo } from './constant.ts'
import { larger } from './integer-arithmetic.ts'
import { operator } from './schema.ts'

const window = <const Op extends string>(op: Op) =>
  operator({
    op,
    since: 17,
    inputs: ['size'],
    outputs: ['output'],
    attributes: { output_datatype: 'int', periodic: 'int' },
    infer: (context) => [
      tensorInfo(context.dtypeAttribute('output_datatype') ?? 'float32', [
        context.scalar(0) ?? context.unbackedDim(),
      ]),
    ],
  })

/** Tensors made of sizes and numbers. */
export const generation = {
  blackmanWindow: window('BlackmanWindow'),
  /** A constant as a node, as files have it; the builder makes initializers (`b.constant`). */
  constantNode: operator({
    op: 'Constant',
    since: 21,
    inputs: [],
    outputs: ['output'],
    attributes: {
      value: 'tensor',
      value_float: 'float',
      value_floats: 'floats',
      value_int: 'int',
      value_ints: 'ints',
      value_string: 'string',
      value_strings: 'strings',
    },
    infer: constantInfo,
  }),
  constantOfShape: operator({
    op: 'ConstantOfShape',
    since: 21,
    inputs: ['input'],
    outputs: ['output'],
    attributes: { value: 'tensor' },
    infer: inferConstantOfShape,
  }),
  eyeLike: operator({
    op: 'EyeLike',
    since: 9,
    inputs: ['input'],
    outputs: ['output'],
    attributes: { dtype: 'int', k: 'int' },
    infer: (context) => [tensorInfo(context.dtypeAttribute('dtype') ?? context.dtype(0), context.dims(0))],
  }),
  hammingWindow: window('HammingWindow'),
  hannWindow: window('HannWindow'),
  melWeightMatrix: operator({
    op: 'MelWeightMatrix',
    since: 17,
    inputs: ['num_mel_bins', 'dft_length', 'sample_rate', 'lower_edge_hertz', 'upper_edge_hertz'],
    outputs: ['output'],
    attributes: { output_datatype: 'int' },
    infer: inferMelWeightMatrix,
  }),
  /** indices […], depth, values (off, on) → a new axis of size depth. */
  oneHot: operator({
    op: 'OneHot',
    since: 11,
    inputs: ['indices', 'depth', 'values'],
    outputs: ['output'],
    attributes: { axis: 'int' },
    infer: inferOneHot,
  }),
  range: operator({
    op: 'Range',
    since: 11,
    inputs: ['start', 'limit', 'delta'],
    outputs: ['output'],
    attributes: {},
    infer: inferRange,
  }),
} as const

function inferConstantOfShape(context: InferenceContext): OutputInfo[] {
  const fill = context.attribute('value', 'tensor')
  const dtype = fill?.dtype ?? 'float32'
  const dims = context.content(0)
  const negative = dims?.find((dim) => typeof dim === 'number' && dim < 0)
  if (negative !== undefined) return context.fail(`a size is ${negative}`)
  if (dims) return [tensorInfo(dtype, dims, filledContent(dims, fill))]
  const [rank] = context.dims(0)
  if (typeof rank !== 'number') return [tensorInfo(dtype, undefined)]
  return [
    tensorInfo(
      dtype,
      Array.from({ length: context.newRank(rank) }, () => context.unbackedDim()),
    ),
  ]
}

function filledContent(dims: readonly Dim[], fill: Tensor | undefined): Dim[] | undefined {
  const known = staticDims(dims)
  if (!fill || !known || !isShort(known)) return undefined
  if (fill.dtype !== 'int64' && fill.dtype !== 'int32' && fill.dtype !== 'bool') return undefined
  const value = Number(tensorData(fill)[0])
  return Array.from({ length: elementCount(known) }, () => value)
}

function inferMelWeightMatrix(context: InferenceContext): OutputInfo[] {
  const bins = context.scalar(0) ?? context.unbackedDim()
  const length = context.scalar(1)
  const spectrum = length === undefined ? context.unbackedDim() : add(floorDiv(length, 2), 1)
  return [tensorInfo(context.dtypeAttribute('output_datatype') ?? 'float32', [spectrum, bins])]
}

function inferOneHot(context: InferenceContext): OutputInfo[] {
  const dims = context.dims(0)
  const axis = context.axis(context.int('axis', -1), dims.length + 1)
  const depth = context.scalar(1) ?? context.unbackedDim()
  return [tensorInfo(context.dtype(2), dims.toSpliced(axis, 0, depth))]
}

/** max(⌈(limit − start) / delta⌉, 0) elements. */
function inferRange(context: InferenceContext): OutputInfo[] {
  const dtype = context.sharedDtype()
  const numbers = [0, 1, 2].map((index) => constantNumber(context, index))
  const [start, limit, delta] = numbers
  if (start !== undefined && limit !== undefined && delta !== undefined) {
    const count = rangeLength(context, dtype, [start, limit, delta])
    return [tensorInfo(dtype, [count], rangeContent(dtype, count, start, delta))]
  }
  return [tensorInfo(dtype, [symbolicLength(context) ?? context.unbackedDim()])]
}

function constantNumber(context: InferenceContext, index: number): number | undefined {
  const { tensor } = context.input(index)
  if (tensor && elementCount(tensor.dims) === 1 && (tensor.dtype === 'float32' || tensor.dtype === 'float64'))
    return Number(tensorData(tensor)[0])
  const known = context.scalar(index)
  return typeof known === 'number' ? known : undefined
}

/** onnxruntime subtracts in the dtype and divides in double (`range.cc`). */
function rangeLength(
  context: InferenceContext,
  dtype: DType,
  [start, limit, delta]: readonly number[],
): number {
  if (!delta) return context.fail('delta is 0')
  const span = (limit ?? 0) - (start ?? 0)
  return Math.max(Math.ceil((dtype === 'float32' ? Math.fround(span) : span) / delta), 0)
}

function rangeContent(dtype: DType, count: number, start: number, delta: number): Dim[] | undefined {
  if ((dtype !== 'int64' && dtype !== 'int32') || count > CONTENT_LIMIT) return undefined
  return Array.from({ length: count }, (_, index) => start + index * delta)
}

function symbolicLength(context: InferenceContext): Dim | undefined {
  const [start, limit, delta] = [context.scalar(0), context.scalar(1), context.scalar(2)]
  if (start === undefined || limit === undefined || typeof delta !== 'number' || delta === 0) return undefined
  const span = delta > 0 ? sub(limit, start) : sub(start, limit)
  return larger(context, ceilDiv(span, Math.abs(delta)), 0)
}
