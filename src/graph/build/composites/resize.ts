import type { Dim } from '../../dims/index.ts'
import { tensorOf } from '../../tensor.ts'
import type { Value } from '../../value.ts'
import type { Builder } from '../builder.ts'
import { shapeTensor } from './sizes.ts'

/** How output places map to input places (ONNX Resize, `coordinate_transformation_mode`). */
export type Coordinates =
  | 'half_pixel'
  | 'half_pixel_symmetric'
  | 'pytorch_half_pixel'
  | 'align_corners'
  | 'asymmetric'

export interface ResizeOptions {
  readonly mode: 'nearest' | 'linear' | 'cubic'
  readonly coordinates: Coordinates
  /** Of `nearest`: how places between elements are rounded. */
  readonly rounding?: 'floor' | 'ceil' | 'round_prefer_floor' | 'round_prefer_ceil' | undefined
  /** Of `cubic`; −0.75 in PyTorch, −0.5 in TensorFlow. */
  readonly cubicCoefficient?: number | undefined
  /** Weights of elements outside of the image are left out instead of the border repeated. */
  readonly excludeOutside?: boolean | undefined
  /** Widens the kernel when shrinking. */
  readonly antialias?: boolean | undefined
}

/** Sizes of the spatial axes, or scales of them; places are computed from what is given. */
export type ResizeTarget =
  | { readonly sizes: readonly Dim[]; readonly scales?: undefined }
  | { readonly scales: readonly number[]; readonly sizes?: undefined }

/** Resizes the spatial axes of [N, C, D1…]. */
export function resize(b: Builder, x: Value, target: ResizeTarget, options: ResizeOptions): Value {
  const spatial = x.dims.slice(2)
  if (target.sizes?.every((size, axis) => size === spatial[axis])) return x
  const place = target.sizes
    ? { sizes: shapeTensor(b, [...x.dims.slice(0, 2), ...target.sizes]) }
    : { scales: b.constant(tensorOf('float32', [x.rank], [1, 1, ...(target.scales ?? [])])) }
  return b.resize(x, {
    ...place,
    mode: options.mode,
    coordinate_transformation_mode: options.coordinates,
    nearest_mode: options.mode === 'nearest' ? (options.rounding ?? 'floor') : undefined,
    cubic_coeff_a: options.mode === 'cubic' ? options.cubicCoefficient : undefined,
    exclude_outside: options.excludeOutside ? 1 : undefined,
    antialias: options.antialias ? 1 : undefined,
  })
}
