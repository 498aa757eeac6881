import { add, ceilDiv, type Dim, dimName, floorDiv, minDim, mul, sub } from '../dims/index.ts'
import type { InferenceContext } from '../inference/context.ts'

/** Geometry of a sliding window: one number a spatial axis; `pads` holds all begins, then all ends. */
export interface Window {
  readonly kernel: readonly Dim[]
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
  readonly pads: readonly number[]
  readonly autoPad: string
}

export function windowOf(context: InferenceContext, kernel: readonly Dim[]): Window {
  const rank = kernel.length
  return {
    kernel: statedKernel(context, kernel),
    strides: geometry(context, 'strides', rank, 1),
    dilations: geometry(context, 'dilations', rank, 1),
    pads: geometry(context, 'pads', 2 * rank, 0),
    autoPad: context.string('auto_pad', 'NOTSET'),
  }
}

/** The kernel that weights have, by what the attribute says where their sizes are open. */
function statedKernel(context: InferenceContext, kernel: readonly Dim[]): readonly Dim[] {
  const stated = context.ints('kernel_shape')
  if (stated?.length !== kernel.length) return kernel
  const differ = (has: number, said: number) => `a kernel of ${has} is stated as ${said}`
  return kernel.map((size, axis) => context.sameDim(size, stated[axis] ?? size, differ))
}

/** An attribute with one number an axis. */
export function geometry(
  context: InferenceContext,
  name: string,
  length: number,
  fallback: number,
): readonly number[] {
  const given = context.ints(name) ?? Array.from({ length }, () => fallback)
  if (given.length !== length) context.fail(`attribute ${name} has ${given.length} entries, not ${length}`)
  return given
}

/** Sizes along the spatial axes. With `ceil`, a last window that the stride leaves incomplete counts as well. */
export const windowedDims = (spatial: readonly Dim[], window: Window, ceil = false): Dim[] =>
  spatial.map((size, axis) => windowedDim(size, axis, window, ceil))

/** As `windowedDims`. @throws ModelError INVALID_NODE where the window is larger than what it moves over. */
export function fittingDims(
  context: InferenceContext,
  spatial: readonly Dim[],
  window: Window,
  ceil = false,
): Dim[] {
  const dims = windowedDims(spatial, window, ceil)
  if (dims.some((dim) => typeof dim === 'number' && dim < 1)) {
    const [kernel, sizes] = [window.kernel, spatial].map((list) => list.map(dimName).join('x'))
    context.fail(`a window of ${kernel} is larger than ${sizes} with its padding`)
  }
  return dims
}

/** ⌊(size + pads − dilation·(kernel − 1) − 1) / stride⌋ + 1 */
function windowedDim(size: Dim, axis: number, window: Window, ceil: boolean): Dim {
  const { kernel, strides, dilations, pads, autoPad } = window
  const stride = strides[axis] ?? 1
  if (autoPad === 'SAME_UPPER' || autoPad === 'SAME_LOWER') return ceilDiv(size, stride)
  const explicit = autoPad === 'NOTSET'
  const begin = explicit ? (pads[axis] ?? 0) : 0
  const end = explicit ? (pads[axis + kernel.length] ?? 0) : 0
  const reach = add(mul(sub(kernel[axis] ?? 1, 1), dilations[axis] ?? 1), 1)
  const slack = sub(add(size, begin + end), reach)
  if (!ceil) return add(floorDiv(slack, stride), 1)
  return ceilWindows({ slack, size, begin, end, reach, stride })
}

interface Axis {
  readonly slack: Dim
  readonly size: Dim
  readonly begin: number
  readonly end: number
  readonly reach: Dim
  readonly stride: number
}

/**
 * A last window that would start in the padding at the end is dropped, as PyTorch and onnxruntime do
 * (https://github.com/onnx/onnx/pull/5741). It cannot when the padding and the stride fit into the kernel.
 */
function ceilWindows({ slack, size, begin, end, reach, stride }: Axis): Dim {
  const count = add(ceilDiv(slack, stride), 1)
  if (typeof reach === 'number' && end + stride <= reach) return count
  return minDim(count, add(floorDiv(add(size, begin - 1), stride), 1))
}
