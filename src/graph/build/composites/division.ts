import { DTYPES, isFloat } from '../../dtype.ts'
import { knownIntegers } from '../../inference/content.ts'
import { elementCount, tensorData } from '../../tensor.ts'
import type { Value } from '../../value.ts'
import type { Builder } from '../builder.ts'
import { cast, number } from './casting.ts'

/*
 * ONNX Div rounds integers towards zero, and Mod has the divisor's sign for integers only (`fmod` is required of floats).
 * Both operands have one dtype here: promote first.
 */

const isSigned = (x: Value): boolean => DTYPES[x.dtype].kind === 'int'

/** ⌊a / b⌋: Python's and PyTorch's `//`. */
export function floorDivide(b: Builder, dividend: Value, divisor: Value): Value {
  if (isSize(dividend) && dividesExactly(divisor)) return b.floor(b.div(dividend, divisor))
  if (isFloat(dividend.dtype)) return inFloat32(b, dividend, divisor, floorDivideFloats)
  if (!isSigned(dividend)) return b.div(dividend, divisor)
  const multiple = b.sub(dividend, b.mod(dividend, divisor))
  return b.div(multiple, divisor)
}

/** Whole numbers in floats: a trace computes paddings in them, which are to stay known. */
const isSize = (x: Value): boolean => isFloat(x.dtype) && knownIntegers(x) !== undefined

/** A constant power of two from 1 on: quotients by it lose no digit. */
const dividesExactly = ({ tensor, dtype }: Value): boolean =>
  tensor !== undefined &&
  DTYPES[dtype].bits >= 32 &&
  elementCount(tensor.dims) === 1 &&
  Number.isInteger(Math.log2(Number(tensorData(tensor)[0]))) &&
  Number(tensorData(tensor)[0]) >= 1

/**
 * As PyTorch and CPython do (`div_floor_floating`): the quotient of what the remainder leaves. Flooring a / b itself is one
 * too many where a is a little less than a multiple of b: 6 // 0.1 is 59.
 */
function floorDivideFloats(b: Builder, dividend: Value, divisor: Value): Value {
  const of = (value: number): Value => number(b, dividend.dtype, value)
  const one = (condition: Value): Value => b.where(condition, of(1), of(0))
  const { rest, wraps } = restOf(b, dividend, divisor)
  const whole = b.sub(b.div(b.sub(dividend, rest), divisor), one(wraps))
  const floor = b.floor(whole)
  const nearest = b.add(floor, one(b.greater(b.sub(whole, floor), of(0.5))))
  const quotient = b.div(dividend, divisor)
  const signed = b.where(b.equal(whole, of(0)), b.mul(quotient, of(0)), nearest)
  return b.where(b.equal(divisor, of(0)), quotient, signed)
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
  return inFloat32(b, dividend, divisor, (_, x, by) => {
    const { rest, wraps } = restOf(b, x, by)
    return b.where(wraps, b.add(rest, by), rest)
  })
}

/** What C's `fmod` leaves of floats, and where its sign is not the divisor's. */
function restOf(
  b: Builder,
  dividend: Value,
  divisor: Value,
): { readonly rest: Value; readonly wraps: Value } {
  const rest = fmod(b, dividend, divisor)
  const zero = number(b, rest.dtype, 0)
  const opposite = b.xor(b.less(rest, zero), b.less(divisor, zero))
  return { rest, wraps: b.and(opposite, b.not(b.equal(rest, zero))) }
}

/** PyTorch computes in float32 what 16 bits hold, and rounds the result. */
function inFloat32(
  b: Builder,
  dividend: Value,
  divisor: Value,
  divide: (b: Builder, dividend: Value, divisor: Value) => Value,
): Value {
  const { dtype } = dividend
  if (DTYPES[dtype].bits > 16) return divide(b, dividend, divisor)
  return cast(b, divide(b, cast(b, dividend, 'float32'), cast(b, divisor, 'float32')), dtype)
}

/** a − b·trunc(a/b), with the sign of the dividend: C's `fmod`. */
export const fmod = (b: Builder, dividend: Value, divisor: Value): Value =>
  b.mod(dividend, divisor, { fmod: 1 })
