import type { DType } from '../../dtype.ts'
import type { Value } from '../../value.ts'
import type { Builder } from '../builder.ts'

/** How floats map to integers: q = clamp(round(x / scale) + zeroPoint). One scale, or one a slice along `axis`. */
export interface QuantizationParameters {
  readonly scale: Value
  /** Of the quantised dtype; required for the dtype to be known. */
  readonly zeroPoint: Value
  /** The axis that per-channel scales run along; absent for a single scale. */
  readonly axis?: number | undefined
}

export const quantize = (b: Builder, x: Value, { scale, zeroPoint, axis }: QuantizationParameters): Value =>
  b.quantizeLinear(x, scale, { y_zero_point: zeroPoint, axis })

/** Integers as floats; an int32 bias has no zero point, which some runtimes insist on. */
export function dequantize(
  b: Builder,
  x: Value,
  {
    scale,
    zeroPoint,
    axis,
  }: Omit<QuantizationParameters, 'zeroPoint'> & { readonly zeroPoint?: Value | undefined },
): Value {
  return b.dequantizeLinear(x, scale, { x_zero_point: x.dtype === 'int32' ? undefined : zeroPoint, axis })
}

/** Floats as the quantised dtype would hold them: what fake quantisation computes, and what marks quantised operators. */
export const quantizeDequantize = (b: Builder, x: Value, parameters: QuantizationParameters): Value =>
  dequantize(b, quantize(b, x, parameters), parameters)

/** Parameters of one scale from numbers. */
export function uniformParameters(
  b: Builder,
  dtype: Extract<DType, 'int8' | 'uint8' | 'int16' | 'uint16'>,
  { scale, zeroPoint }: { readonly scale: number; readonly zeroPoint: number },
): QuantizationParameters {
  return { scale: b.scalar('float32', scale), zeroPoint: b.scalar(dtype, zeroPoint) }
}
