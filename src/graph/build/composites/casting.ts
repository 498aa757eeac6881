import { DTYPES, type DType, isFloat, isInteger } from '../../dtype.ts'
import type { Value } from '../../value.ts'
import type { Builder } from '../builder.ts'

/** The value in that dtype; itself when it has it. Cast to bool asks whether it differs from 0, NaN included. */
export function cast(b: Builder, x: Value, dtype: DType): Value {
  return x.dtype === dtype ? x : b.cast(x, { to: DTYPES[dtype].onnx })
}

/** x != 0, as a bool tensor. */
export const toBool = (b: Builder, x: Value): Value => cast(b, x, 'bool')

/** A 0-D constant of the dtype: fractions are cut towards zero for integers, as PyTorch's and NumPy's casts do. */
export function number(b: Builder, dtype: DType, value: number): Value {
  if (dtype === 'bool') return b.scalar(dtype, Number(value !== 0))
  return b.scalar(dtype, isInteger(dtype) ? Math.trunc(value) : value)
}

/** Integers and bools as floats, floats as they are: what true division and transcendental functions compute in. */
export const toFloat = (b: Builder, x: Value, dtype: DType = 'float32'): Value =>
  isFloat(x.dtype) ? x : cast(b, x, dtype)
