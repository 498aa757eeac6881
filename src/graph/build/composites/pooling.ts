import { add, type Dim, maxDim, mul, product, sub } from '../../dims/index.ts'
import { windowedDims } from '../../ops/window.ts'
import type { Value } from '../../value.ts'
import type { Builder } from '../builder.ts'
import { slice } from './indexing.ts'
import { padAxes } from './padding.ts'
import { squeeze, unsqueeze } from './shaping.ts'
import { sizeScalar } from './sizes.ts'

/** A pooling window; one number stands for all axes. */
export interface PoolOptions {
  readonly kernel: readonly number[]
  /** The kernel's size by default. */
  readonly strides?: readonly number[] | undefined
  /** On both sides of each axis. */
  readonly padding?: readonly number[] | undefined
  readonly dilations?: readonly number[] | undefined
  /** Counts a last, incomplete window, unless it would start in the padding. @default false */
  readonly ceil?: boolean | undefined
}

export interface AveragePoolOptions extends PoolOptions {
  /** Whether padding counts as zeros. @default true, as in PyTorch */
  readonly countIncludePad?: boolean | undefined
  /** Divides by this instead of the window's size. */
  readonly divisor?: number | undefined
}

/** Max pooling of [N, C, D1…], or of [C, D1…] without a batch. */
export const maxPool = (b: Builder, x: Value, options: PoolOptions): Value =>
  batched(b, x, options.kernel.length, (image) => b.maxPool(image, attributesOf(image, options)))

/** Max pooling with the place of each maximum, counted within its own channel as PyTorch does. */
export function maxPoolWithIndices(
  b: Builder,
  x: Value,
  options: PoolOptions,
): readonly [values: Value, indices: Value] {
  const single = x.rank === options.kernel.length + 1
  const image = single ? unsqueeze(b, x, [0]) : x
  const [values, places] = b.maxPool(image, { ...attributesOf(image, options), optionalOutputs: true })
  const indices = b.mod(places, sizeScalar(b, product(image.dims.slice(2))))
  return single ? [squeeze(b, values, [0]), squeeze(b, indices, [0])] : [values, indices]
}

/** Average pooling of [N, C, D1…], or of [C, D1…] without a batch. */
export function averagePool(b: Builder, x: Value, options: AveragePoolOptions): Value {
  const { kernel, divisor } = options
  return batched(b, x, kernel.length, (image) =>
    divisor === undefined ? averaged(b, image, options) : dividedBy(b, image, options, divisor),
  )
}

/**
 * Padding may count, but what a last window lacks beyond it never does: padding that counts is made real zeros where
 * windows may be incomplete.
 */
function averaged(
  b: Builder,
  image: Value,
  { countIncludePad = true, ...options }: AveragePoolOptions,
): Value {
  const windows = windowsOf(image, options)
  const isPlain = !countIncludePad || windows.every(({ pad }) => pad === 0)
  const areWhole = windows.every(({ missing }) => missing === 0)
  if (isPlain || areWhole) {
    const counts = countIncludePad && !isPlain ? 1 : undefined
    return b.averagePool(image, { ...attributesOf(image, options), count_include_pad: counts })
  }
  const padded = padAxes(b, image, new Map(windows.map(({ pad }, axis) => [axis + 2, [pad, pad]])))
  const averages = b.averagePool(padded, attributesOf(padded, { ...options, padding: undefined }))
  // The zeros are data now, so that windows which start in them are counted: they are cut off again.
  return windows.reduce((sum, { count }, axis) => slice(b, sum, axis + 2, { end: count }), averages)
}

/** Sums of windows over a divisor: all windows are made whole by zeros, and their averages are scaled. */
function dividedBy(b: Builder, image: Value, options: AveragePoolOptions, divisor: number): Value {
  const { kernel, strides = kernel } = options
  const widths = windowsOf(image, options).map(
    ({ pad, missing }, axis): readonly [number, readonly [Dim, Dim]] => [axis + 2, [pad, add(pad, missing)]],
  )
  const whole = padAxes(b, image, new Map(widths))
  const averages = b.averagePool(whole, { kernel_shape: kernel, strides })
  const scale = kernel.reduce((area, size) => area * size, 1) / divisor
  return b.mul(averages, b.scalar(image.dtype, scale))
}

interface AxisWindow {
  readonly pad: number
  /** Number of windows. */
  readonly count: Dim
  /** What the last window needs beyond the padding; 0 unless `ceil`. */
  readonly missing: Dim
}

function windowsOf(image: Value, options: PoolOptions): AxisWindow[] {
  const { kernel, strides = kernel, padding, dilations, ceil = false } = options
  return kernel.map((size, axis) => {
    const [pad, stride, dilation] = [padding?.[axis] ?? 0, strides[axis] ?? 1, dilations?.[axis] ?? 1]
    const extent = image.dims[axis + 2] ?? 0
    const window = {
      kernel: [size],
      strides: [stride],
      dilations: [dilation],
      pads: [pad, pad],
      autoPad: 'NOTSET',
    }
    const [count = 0] = windowedDims([extent], window, ceil)
    const needed = add(mul(sub(count, 1), stride), (size - 1) * dilation + 1)
    return { pad, count, missing: ceil ? maxDim(sub(needed, add(extent, 2 * pad)), 0) : 0 }
  })
}

/**
 * Incomplete windows of numeric sizes become padding at the end. `ceil_mode` is kept for dynamic sizes only: onnxruntime's
 * kernels drop a last window that starts in the padding, as PyTorch does, while its shape inference counts it and refuses
 * the model (1.30, opset 21).
 */
function attributesOf(image: Value, options: PoolOptions) {
  const { kernel, strides = kernel, dilations } = options
  const windows = windowsOf(image, options)
  const begins = windows.map(({ pad }) => pad)
  const ends = windows.map(({ pad, missing }) => (typeof missing === 'number' ? pad + missing : pad))
  const pads = [...begins, ...ends]
  return {
    kernel_shape: kernel,
    strides,
    pads: pads.some((pad) => pad !== 0) ? pads : undefined,
    dilations: dilations?.some((dilation) => dilation !== 1) ? dilations : undefined,
    ceil_mode: windows.some(({ missing }) => typeof missing !== 'number') ? 1 : undefined,
  }
}

/** Runs an operator of [N, C, D1…] on an image that may lack its batch. */
export function batched(b: Builder, x: Value, spatialRank: number, run: (image: Value) => Value): Value {
  if (x.rank !== spatialRank + 1) return run(x)
  return squeeze(b, run(unsqueeze(b, x, [0])), [0])
}
