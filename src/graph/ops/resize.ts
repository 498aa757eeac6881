import { type Dim, floorDiv, mul } from '../dims/index.ts'
import type { InferenceContext } from '../inference/context.ts'
import { type OutputInfo, tensorInfo } from '../inference/output-info.ts'
import { tensorData } from '../tensor.ts'
import { dyadicOf } from './rounding.ts'

/** Resize: the sizes as given, or ⌊size · scale⌋. */
export function inferResize(context: InferenceContext): OutputInfo[] {
  const dims = context.dims(0)
  const axes = context.axes(context.ints('axes') ?? dims.map((_, axis) => axis), dims.length)
  const resized = [...dims]
  const sizes = context.inputs[3] ? sizesOf(context, axes) : scaledSizes(context, axes)
  if (sizes.length !== axes.length) context.fail(`${sizes.length} sizes are given for ${axes.length} axes`)
  axes.forEach((axis, at) => {
    resized[axis] = sizes[at] ?? context.unbackedDim()
  })
  return [tensorInfo(context.dtype(0), resized)]
}

function sizesOf(context: InferenceContext, axes: readonly number[]): readonly (Dim | undefined)[] {
  const sizes = context.content(3)
  if (!sizes) return axes.map(() => undefined)
  const policy = context.string('keep_aspect_ratio_policy', 'stretch')
  return policy === 'stretch' ? sizes : keptAspect(context, axes, sizes, policy)
}

/** One scale for all axes, the smallest (`not_larger`) or the largest (`not_smaller`) that the sizes ask for. */
function keptAspect(
  context: InferenceContext,
  axes: readonly number[],
  sizes: readonly Dim[],
  policy: string,
): readonly (Dim | undefined)[] {
  const from = axes.map((axis) => context.dims(0)[axis])
  const scales = sizes.map((size, at) => {
    const own = from[at]
    return typeof size === 'number' && typeof own === 'number' ? Math.fround(size / own) : undefined
  })
  if (!scales.every((scale) => scale !== undefined)) return axes.map(() => undefined)
  const scale = policy === 'not_larger' ? Math.min(...scales) : Math.max(...scales)
  return from.map((own) => (typeof own === 'number' ? Math.round(Math.fround(scale * own)) : undefined))
}

function scaledSizes(context: InferenceContext, axes: readonly number[]): readonly (Dim | undefined)[] {
  const tensor = context.inputs[2]?.tensor
  if (!context.inputs[2]) return context.fail('neither scales nor sizes are given')
  if (!tensor) return axes.map(() => undefined)
  const scales = Array.from(tensorData(tensor), Number)
  if (scales.length !== axes.length) context.fail(`${scales.length} scales are given for ${axes.length} axes`)
  const cropped = context.string('coordinate_transformation_mode', '') === 'tf_crop_and_resize'
  if (cropped && context.inputs[1]) return axes.map(() => undefined)
  return axes.map((axis, at) => scaled(context.dims(0)[axis] ?? 0, scales[at] ?? 1))
}

/**
 * The runtime multiplies in float32, which is exact for sizes below 2^24 and scales that are small dyadic fractions;
 * other scales of a symbolic size are left to the runtime.
 */
function scaled(size: Dim, scale: number): Dim | undefined {
  if (typeof size === 'number') return Math.floor(Math.fround(Math.fround(scale) * size))
  const factor = dyadicOf(scale)
  return factor && floorDiv(mul(size, factor[0]), factor[1])
}
