import { ModelError } from '../../../errors/index.ts'
import { type Dim, dimName, floorDiv, isSymbolic, mod, product } from '../../dims/index.ts'
import { elementCount, tensorOf } from '../../tensor.ts'
import type { Value } from '../../value.ts'
import type { Builder } from '../builder.ts'
import { number } from './casting.ts'
import { reshapeTo, unsqueeze } from './shaping.ts'

/** Scale and bias of a normalisation; ones and zeros when absent. */
export interface Affine {
  readonly scale?: Value | undefined
  readonly bias?: Value | undefined
}

export interface BatchNormalization extends Affine {
  readonly mean: Value
  readonly variance: Value
  /** @default 1e-5 */
  readonly epsilon?: number | undefined
}

/** Batch normalisation of [N, C, …] with recorded statistics. */
export function batchNormalization(b: Builder, x: Value, options: BatchNormalization): Value {
  const { mean, variance, epsilon = 1e-5 } = options
  const [scale, bias] = affine(b, mean, mean.dims, options)
  return b.batchNormalization(x, scale, bias, mean, variance, { epsilon })
}

/** Batch normalisation of [N, C, …] with the statistics of the batch itself. */
export function batchOwnNormalization(
  b: Builder,
  x: Value,
  { epsilon = 1e-5, ...parameters }: Affine & { readonly epsilon?: number | undefined } = {},
): Value {
  const axes = b.int64s([0, ...x.dims.slice(2).map((_, axis) => axis + 2)])
  const centred = b.sub(x, b.reduceMean(x, { axes }))
  const variance = b.reduceMean(b.mul(centred, centred), { axes })
  const normal = b.div(centred, b.sqrt(b.add(variance, number(b, x.dtype, epsilon))))
  return scaledPerChannel(b, normal, parameters)
}

/** x of [N, C, …] times a scale [C], plus a bias [C]. */
function scaledPerChannel(b: Builder, x: Value, { scale, bias }: Affine): Value {
  const axes = Array.from({ length: x.rank - 2 }, (_, axis) => axis + 1)
  const scaled = scale ? b.mul(x, unsqueeze(b, scale, axes)) : x
  return bias ? b.add(scaled, unsqueeze(b, bias, axes)) : scaled
}

/** Scale and bias of dims, as constants where they are absent. */
function affine(
  b: Builder,
  like: Value,
  dims: readonly Dim[],
  { scale, bias }: Affine,
): readonly [Value, Value] {
  return [scale ?? constantOf(b, like, dims, 1), bias ?? constantOf(b, like, dims, 0)]
}

function constantOf(b: Builder, like: Value, dims: readonly Dim[], value: number): Value {
  if (!dims.every((dim) => typeof dim === 'number'))
    throw new ModelError('UNSUPPORTED_CONSTRUCT', {
      what: `A normalisation runs over the dynamic size ${dims.map(dimName).join(', ')}`,
      where: b.origin,
      next: 'Fix that size: a number in the place of its name in input=',
    })
  return b.constant(tensorOf(like.dtype, dims, new Float64Array(elementCount(dims)).fill(value)))
}

/** Instance normalisation of [N, C, D1…]: each channel of each image by its own statistics. */
export function instanceNormalization(
  b: Builder,
  x: Value,
  { epsilon = 1e-5, ...parameters }: Affine & { readonly epsilon?: number | undefined } = {},
): Value {
  const [scale, bias] = affine(b, x, x.dims.slice(1, 2), parameters)
  return b.instanceNormalization(x, scale, bias, { epsilon })
}

/**
 * Group normalisation of [N, C, …]: instance normalisation of the groups, laid out as channels. (GroupNormalization itself
 * is a function to onnxruntime, which it spells out in the same way, node by node.)
 */
export function groupNormalization(
  b: Builder,
  x: Value,
  {
    groups,
    epsilon = 1e-5,
    scale,
    bias,
  }: Affine & { readonly groups: number; readonly epsilon?: number | undefined },
): Value {
  const [batch = 1, channels = 1, ...rest] = x.dims
  if (mod(channels, groups) !== 0) throw unevenGroups(b, channels, groups)
  const size = product([floorDiv(channels, groups), ...rest])
  const grouped = reshapeTo(b, x, [batch, groups, size])
  const normal = reshapeTo(b, instanceNormalization(b, grouped, { epsilon }), x.dims)
  return scaledPerChannel(b, normal, { scale, bias })
}

const unevenGroups = (b: Builder, channels: Dim, groups: number): ModelError =>
  isSymbolic(channels)
    ? new ModelError('UNSUPPORTED_CONSTRUCT', {
        what: `A group normalisation runs over the dynamic number of channels ${dimName(channels)}`,
        where: b.origin,
        why: `Whether they make ${groups} groups depends on it`,
        next: 'Fix that size: a number in the place of its name in input=',
      })
    : new ModelError('MODEL_ERROR', {
        what: `${channels} channels do not make ${groups} groups`,
        where: b.origin,
      })

/** Layer normalisation over the last `axes` axes. */
export function layerNormalization(
  b: Builder,
  x: Value,
  {
    axes = 1,
    epsilon = 1e-5,
    scale,
    bias,
  }: Affine & { readonly axes?: number; readonly epsilon?: number | undefined } = {},
): Value {
  const dims = x.dims.slice(x.rank - axes)
  return b.layerNormalization(x, scale ?? constantOf(b, x, dims, 1), { B: bias, axis: -axes, epsilon })
}

/** x / √(mean(x²) + ε) over the last `axes` axes, times a scale. */
export function rmsNormalization(
  b: Builder,
  x: Value,
  {
    axes = 1,
    epsilon,
    scale,
  }: { readonly axes?: number; readonly epsilon: number; readonly scale?: Value | undefined },
): Value {
  const last = b.int64s(Array.from({ length: axes }, (_, at) => at - axes))
  const meanSquare = b.reduceMean(b.mul(x, x), { axes: last })
  const normal = b.div(x, b.sqrt(b.add(meanSquare, number(b, x.dtype, epsilon))))
  return scale ? b.mul(normal, scale) : normal
}
