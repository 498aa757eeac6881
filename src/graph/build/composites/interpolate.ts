import { type Dim, floorDiv, mul } from '../../dims/index.ts'
import { dyadicOf } from '../../ops/rounding.ts'
import type { Value } from '../../value.ts'
import type { Builder } from '../builder.ts'
import { slice } from './indexing.ts'
import { type ResizeOptions, type ResizeTarget, resize } from './resize.ts'

/** Modes of torch.nn.functional.interpolate. */
export type InterpolateMode = 'nearest' | 'nearest-exact' | 'linear' | 'bilinear' | 'bicubic' | 'trilinear'

export interface InterpolateOptions {
  readonly mode: InterpolateMode
  readonly alignCorners?: boolean | undefined
  readonly antialias?: boolean | undefined
}

/**
 * torch.nn.functional.interpolate on [N, C, D1…]. Places are computed from the scales when those are given, and from the
 * sizes' ratio otherwise, as PyTorch does (`recompute_scale_factor` gives sizes).
 */
export function interpolate(b: Builder, x: Value, target: ResizeTarget, options: InterpolateOptions): Value {
  const resized = resizeOptions(options)
  if (target.sizes) return resize(b, x, target, resized)
  const axes = target.scales.map((scale, axis) => scaledAxis(x.dims[axis + 2] ?? 1, scale, options.mode))
  const large = resize(b, x, { scales: axes.map(({ scale }) => scale) }, resized)
  return axes.reduce(
    (image, { size }, axis) =>
      size === undefined || image.dims[axis + 2] === size ? image : slice(b, image, axis + 2, { end: size }),
    large,
  )
}

/** Checked against torch 2.13: bicubic uses −0.75, and −0.5 with antialiasing; antialiasing leaves the outside out. */
function resizeOptions({ mode, alignCorners = false, antialias = false }: InterpolateOptions): ResizeOptions {
  if (mode === 'nearest') return { mode, coordinates: 'asymmetric', rounding: 'floor' }
  if (mode === 'nearest-exact')
    return { mode: 'nearest', coordinates: 'half_pixel', rounding: 'round_prefer_ceil' }
  const coordinates = alignCorners ? 'align_corners' : 'half_pixel'
  const extra = antialias ? { antialias, excludeOutside: true } : {}
  if (mode !== 'bicubic') return { mode: 'linear', coordinates, ...extra }
  return { mode: 'cubic', coordinates, cubicCoefficient: antialias ? -0.5 : -0.75, ...extra }
}

/**
 * Modes that copy an axis whose size the scale leaves as it is (3 · 1.3 = 3), instead of sampling it at the scale: in
 * torch 2.13 all but bicubic and nearest-exact. A dynamic size is taken to be large enough to change.
 */
const COPIES_EQUAL_SIZES: ReadonlySet<InterpolateMode> = new Set([
  'nearest',
  'linear',
  'bilinear',
  'trilinear',
])

interface ScaledAxis {
  readonly scale: number
  /** What PyTorch makes of it, where that is known. */
  readonly size: number | undefined
}

/**
 * PyTorch multiplies in double, the runtime in float32: 100 · 0.29 is 28 here and 29 there. The scale is nudged up to give
 * at least the wanted size, and what is too much is cut off: places depend on the scale alone.
 */
function scaledAxis(extent: Dim, scale: number, mode: InterpolateMode): ScaledAxis {
  if (typeof extent !== 'number') return { scale, size: undefined }
  const size = Math.floor(extent * scale)
  if (size === extent && COPIES_EQUAL_SIZES.has(mode)) return { scale: 1, size }
  let nudged = Math.fround(scale)
  while (Math.floor(Math.fround(nudged * extent)) < size) nudged = nextFloat32(nudged)
  return { scale: nudged, size }
}

function nextFloat32(value: number): number {
  const bits = new Uint32Array(Float32Array.of(value).buffer)
  bits[0] = (bits[0] ?? 0) + 1
  return new Float32Array(bits.buffer)[0] ?? value
}

/** The size of an axis scaled as PyTorch scales it: ⌊size · scale⌋; undefined when a symbolic size leaves it open. */
export function scaledSize(extent: Dim, scale: number): Dim | undefined {
  if (typeof extent === 'number') return Math.floor(extent * scale)
  const factor = dyadicOf(scale)
  return factor && floorDiv(mul(extent, factor[0]), factor[1])
}
