import { add, type Dim } from '../../dims/index.ts'
import type { Value } from '../../value.ts'
import type { Builder } from '../builder.ts'
import { number } from './casting.ts'
import { shapeTensor } from './sizes.ts'

export interface WindowGeometry {
  readonly kernel: readonly number[]
  readonly strides?: readonly number[] | undefined
  readonly dilations?: readonly number[] | undefined
}

/** Attributes of Conv and the pools: explicit pads, or the runtime's own rule where they depend on a dynamic size. */
export type PaddingAttributes =
  | { readonly pads: readonly number[]; readonly auto_pad?: undefined }
  | { readonly auto_pad: 'SAME_UPPER'; readonly pads?: undefined }

/**
 * TensorFlow's and PyTorch's `same`: the result has ⌈size / stride⌉ elements, and an odd element of padding goes behind
 * the data. Explicit wherever the padding is known: always for stride 1, else for numeric sizes.
 */
export function samePadding(spatial: readonly Dim[], geometry: WindowGeometry): PaddingAttributes {
  const totals = spatial.map((size, axis) => sameTotal(size, axis, geometry))
  if (!totals.every((total) => total !== undefined)) return { auto_pad: 'SAME_UPPER' }
  const begins = totals.map((total) => Math.floor(total / 2))
  return { pads: [...begins, ...totals.map((total, axis) => total - (begins[axis] ?? 0))] }
}

/** max((⌈size/stride⌉ − 1)·stride + reach − size, 0); reach − 1 for stride 1, whatever the size. */
function sameTotal(
  size: Dim,
  axis: number,
  { kernel, strides, dilations }: WindowGeometry,
): number | undefined {
  const stride = strides?.[axis] ?? 1
  const reach = ((kernel[axis] ?? 1) - 1) * (dilations?.[axis] ?? 1) + 1
  if (stride === 1) return reach - 1
  if (typeof size !== 'number') return undefined
  return Math.max((Math.ceil(size / stride) - 1) * stride + reach - size, 0)
}

export type PadMode = 'constant' | 'reflect' | 'edge' | 'wrap'

/**
 * Pads axes by [before, after], which may be symbolic or negative (cropping), in one Pad.
 *
 * @example padAxes(b, image, new Map([[2, [1, 1]], [3, [1, 1]]]), { mode: 'reflect' })
 */
export function padAxes(
  b: Builder,
  x: Value,
  widths: ReadonlyMap<number, readonly [before: Dim, after: Dim]>,
  {
    mode = 'constant',
    value,
  }: { readonly mode?: PadMode | undefined; readonly value?: number | Value | undefined } = {},
): Value {
  const all = x.dims.map((_, axis) => widths.get(axis) ?? [0, 0])
  if (all.every(([before, after]) => before === 0 && after === 0)) return x
  const pads = shapeTensor(b, [...all.map(([before]) => before), ...all.map(([, after]) => after)])
  const constant = typeof value === 'number' ? number(b, x.dtype, value) : value
  return b.pad(x, pads, { constant_value: constant, mode: mode === 'constant' ? undefined : mode })
}

/** The size after padding: what `padAxes` gives. */
export const paddedSize = (size: Dim, [before, after]: readonly [Dim, Dim]): Dim =>
  add(add(size, before), after)
