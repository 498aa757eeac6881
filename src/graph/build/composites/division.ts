import { DTYPES, isFloat } from '../../dtype.ts'
import type { Value } from '../../value.ts'
import type { Builder } from '../builder.ts'
import { number } from './casting.ts'

/*
 * ONNX Div rounds integers towards zero, and Mod has the divisor's sign for integers only (`fmod` is required of floats).
 * Both operands have one dtype here: promote first.
 */

const isSigned = (x: Value): boolean => DTYPES[x.dtype].kind === 'int'

/** ⌊a / b⌋: Python's and PyTorch's `//`. */
export function floorDivide(b: Builder, dividend: Value, divisor: Value): Value {
  if (isFloat(dividend.dtype)) return b.floor(b.div(dividend, divisor))
  if (!isSigned(dividend)) return b.div(dividend, divisor)
  const multiple = b.sub(dividend, b.mod(dividend, divisor))
  return b.div(multiple, divisor)
}

/** a / b cut towards zero: `rounding_mode='trunc'`. */
export function truncDivide(b: Builder, dividend: Value, divisor: Value): Value {
  const quotient = b.div(dividend, divisor)
  return isFloat(dividend.dtype) ? truncate(b, quotient) : quotient
}

/** The whole part of floats. */
export const truncate = (b: Builder, x: Value): Value => b.mul(b.sign(x), b.floor(b.abs(x)))

/** a − b·⌊a/b⌋, with the sign of the divisor: Python's and PyTorch's `%`. */
export function remainder(b: Builder, dividend: Value, divisor: Value): Value {
  if (!isFloat(dividend.dtype)) return b.mod(dividend, divisor)
  const rest = b.mod(dividend, divisor, { fmod: 1 })
  const zero = number(b, rest.dtype, 0)
  const opposite = b.xor(b.less(rest, zero), b.less(divisor, zero))
  const wraps = b.and(opposite, b.not(b.equal(rest, zero)))
  return b.where(wraps, b.add(rest, divisor), rest)
}

/** a − b·trunc(a/b), with the sign of the dividend: C's `fmod`. */
export const fmod = (b: Builder, dividend: Value, divisor: Value): Value =>
  b.mod(dividend, divisor, { fmod: 1 })
