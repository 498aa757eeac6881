import {
  bounds,
  type Dim,
  decide,
  floorDiv,
  mul,
  SIZE_LIMIT,
  type SymDim,
  wholeFraction,
} from '../../dims/index.ts'
import { dyadicOf } from '../../ops/rounding.ts'
import type { Value } from '../../value.ts'
import type { Builder } from '../builder.ts'
import { cast } from './casting.ts'
import { isDim, type Position, slice } from './indexing.ts'
import { type NearestAxis, type NearestMode, nearestAlong, repeatsExactly, repeatsOf } from './nearest.ts'
import { type ResizeOptions, type ResizeTarget, resize } from './resize.ts'
import { reshapeTo } from './shaping.ts'
import { sizeVector } from './sizes.ts'

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
  const { mode } = options
  if (mode === 'nearest' || mode === 'nearest-exact') return interpolateNearest(b, x, target, mode)
  const resized = resizeOptions(options)
  if (target.sizes) return resize(b, x, target, resized)
  const axes = target.scales.map((scale, axis) => scaledAxis(b, x.dims[axis + 2] ?? 1, scale, options.mode))
  const large = resize(b, x, { scales: axes.map(({ scale }) => scale) }, resized)
  return axes.reduce((image, { size }, axis) => cutTo(b, image, axis + 2, size), large)
}

function interpolateNearest(b: Builder, x: Value, target: ResizeTarget, mode: NearestMode): Value {
  const axes = x.dims.slice(2).map((from, index): NearestAxis => {
    const scale = target.scales?.[index]
    const to = target.sizes?.[index] ?? (scale === undefined ? from : scaledExtent(b, from, scale, mode))
    return { axis: index + 2, from, to, scale }
  })
  const changed = axes.filter(
    ({ from, to, scale }) => from !== to || (mode === 'nearest-exact' && (scale ?? 1) !== 1),
  )
  if (mode === 'nearest' && changed.every(repeatsExactly)) {
    const factors = axes.map((along) => (changed.includes(along) ? (repeatsOf(along) ?? 1) : 1))
    return changed.length === 0 ? x : resize(b, x, { scales: factors }, NEAREST)
  }
  return changed.reduce((image, along) => nearestAlong(b, image, mode, along), x)
}

const NEAREST: ResizeOptions = { mode: 'nearest', coordinates: 'asymmetric', rounding: 'floor' }

/** The size that PyTorch makes of a scaled axis. */
function scaledExtent(b: Builder, extent: Dim, scale: number, mode: InterpolateMode): Position {
  if (typeof extent === 'number') return Math.floor(extent * scale)
  if (COPIES_EQUAL_SIZES.has(mode)) requireChange(b, extent, scale)
  return scaledSize(b, extent, scale) ?? scaledAtRunTime(b, extent, scale)
}

/** What the runtime's larger scale gave too much is cut off; dims are those of PyTorch. */
function cutTo(b: Builder, image: Value, axis: number, size: Position | undefined): Value {
  if (size === undefined || image.dims[axis] === size) return image
  const cut = slice(b, image, axis, { end: size })
  return isDim(size) ? reshapeTo(b, cut, cut.dims.with(axis, size)) : cut
}

/** Checked against torch 2.13: bicubic uses −0.75, and −0.5 with antialiasing; antialiasing leaves the outside out. */
function resizeOptions({ mode, alignCorners = false, antialias = false }: InterpolateOptions): ResizeOptions {
  const coordinates = alignCorners ? 'align_corners' : 'half_pixel'
  const extra = antialias ? { antialias, excludeOutside: true } : {}
  if (mode !== 'bicubic') return { mode: 'linear', coordinates, ...extra }
  return { mode: 'cubic', coordinates, cubicCoefficient: antialias ? -0.5 : -0.75, ...extra }
}

/**
 * Modes that copy an axis whose size the scale leaves as it is (3 · 1.3 = 3), instead of sampling it at the scale: in
 * torch 2.13 all but bicubic and nearest-exact. A dynamic size is taken to be large enough to change, which is noted.
 */
const COPIES_EQUAL_SIZES: ReadonlySet<InterpolateMode> = new Set([
  'nearest',
  'linear',
  'bilinear',
  'trilinear',
])

interface ScaledAxis {
  /** The runtime's, in float32. */
  readonly scale: number
  /** What PyTorch makes of the axis; undefined where the scale gives that by itself. */
  readonly size: Position | undefined
}

/**
 * PyTorch multiplies in double, the runtime in float32: 100 · 0.29 is 28 here and 29 there. The scale is nudged up to give
 * at least the wanted size, and what is too much is cut off: places depend on the scale alone.
 */
function scaledAxis(b: Builder, extent: Dim, scale: number, mode: InterpolateMode): ScaledAxis {
  if (typeof extent !== 'number') return scaledSymbol(b, extent, scale, mode)
  const size = Math.floor(extent * scale)
  if (size === extent && COPIES_EQUAL_SIZES.has(mode)) return { scale: 1, size }
  let nudged = Math.fround(scale)
  while (Math.floor(Math.fround(nudged * extent)) < size) nudged = nextFloat32(nudged)
  return { scale: nudged, size }
}

/** The smallest float32 that is no smaller than the scale never gives less than PyTorch does. */
function scaledSymbol(b: Builder, extent: SymDim, scale: number, mode: InterpolateMode): ScaledAxis {
  if (COPIES_EQUAL_SIZES.has(mode)) requireChange(b, extent, scale)
  if (dyadicOf(scale)) return { scale, size: undefined }
  const nearest = Math.fround(scale)
  const size = scaledSize(b, extent, scale) ?? scaledAtRunTime(b, extent, scale)
  return { scale: nearest < scale ? nextFloat32(nearest) : nearest, size }
}

/** Notes the sizes that the scale makes larger: from 4 on with 1.3. */
function requireChange(b: Builder, extent: SymDim, scale: number): void {
  if (scale <= 1 || scale >= 2) return
  let least = 1
  while (Math.floor(least * scale) === least && least < SIZE_LIMIT) least++
  if (decide(extent, '>=', least, b.model.facts) === true) return
  b.model.require({ dim: extent, relation: '>=', sizes: [least], where: b.origin })
}

/** PyTorch's own product, in double. */
function scaledAtRunTime(b: Builder, extent: SymDim, scale: number): Value {
  const product = b.mul(cast(b, sizeVector(b, extent), 'float64'), b.scalar('float64', scale))
  return cast(b, b.floor(product), 'int64')
}

function nextFloat32(value: number): number {
  const bits = new Uint32Array(Float32Array.of(value).buffer)
  bits[0] = (bits[0] ?? 0) + 1
  return new Float32Array(bits.buffer)[0] ?? value
}

/**
 * The size of an axis scaled as PyTorch scales it, ⌊size · scale⌋ in double: 1.3 makes ⌊13·size/10⌋. Undefined for a symbolic
 * size where no fraction gives the same for all that it may be: 0.7 makes 63 of 90, in double 62.
 */
function scaledSize(b: Builder, extent: SymDim, scale: number): Dim | undefined {
  const [, largest] = bounds(extent, b.model.facts)
  const factor = wholeFraction({ key: `* ${scale}`, at: (size) => size * scale }, 'floor', largest)
  return factor && floorDiv(mul(extent, factor[0]), factor[1])
}
