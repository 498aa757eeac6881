import { ModelError } from '../../../../errors/index.ts'
import {
  add,
  type Dim,
  decide,
  floorDiv,
  isSymbolic,
  maxDim,
  minDim,
  mul,
  type SymDim,
} from '../../../../graph/index.ts'
import { concrete, hintOf } from '../decisions.ts'
import { pythonError } from '../python-error.ts'
import {
  type BoolValue,
  type FloatValue,
  float,
  type IntValue,
  int,
  intOf,
  type PyValue,
} from '../values/index.ts'
import type { Interpreter } from './interpreter.ts'

export type NumberValue = IntValue | FloatValue | BoolValue

export const isNumber = (value: PyValue): value is NumberValue =>
  value.kind === 'int' || value.kind === 'float' || value.kind === 'bool'

/** A bool counts as 0 or 1, and a member of an Enum as what it is. */
export function asNumber(value: NumberValue): IntValue | FloatValue {
  if (value.kind === 'bool') return int(Number(value.value))
  return value.member ? { ...value, member: undefined } : value
}

/** The plain number; what stems from a dynamic dim is taken at its hint, as a guard. */
export function plainNumber(i: Interpreter, value: IntValue | FloatValue): number {
  if (value.kind === 'int') return finite(concrete(i.session, value.value))
  if (value.symbolic) concrete(i.session, value.symbolic.dim)
  return value.value
}

function finite(value: number): number {
  if (Number.isFinite(value)) return value
  throw pythonError('OverflowError', 'int too large to convert to float')
}

/** All digits of an int. @throws ModelError UNSUPPORTED_CONSTRUCT when they were lost before it came here. */
export function wholeNumber(i: Interpreter, { value, exact }: IntValue): bigint {
  if (exact !== undefined) return exact
  const plain = concrete(i.session, value)
  if (Number.isSafeInteger(plain)) return BigInt(plain)
  throw new ModelError('UNSUPPORTED_CONSTRUCT', {
    what: 'The program computes with an int beyond 2**53 that a tensor, a size or the file holds',
    why: 'Such ints are rounded here, and its last digits would be wrong',
    next: 'Compute with smaller ints',
  })
}

/** Whether a double holds all digits, whatever the value of a dynamic dim is. */
export const isSafe = ({ value }: IntValue): boolean =>
  typeof value !== 'number' || Number.isSafeInteger(value)

/** The int that a float without fraction is: of `int(x)`, `round(x)` and `math.floor(x)`. */
export function intOfFloat(value: number): IntValue {
  if (Number.isNaN(value)) throw pythonError('ValueError', 'cannot convert float NaN to integer')
  if (!Number.isFinite(value)) throw pythonError('OverflowError', 'cannot convert float infinity to integer')
  return intOf(value)
}

/** `a / b` of ints: exact as a fraction of the dim where a is symbolic and b is not. */
export function divideInts(i: Interpreter, a: Dim, b: number): FloatValue {
  return isSymbolic(a) ? scaled(i, a, 1, b) : float(a / b)
}

export const floatOfInt = (i: Interpreter, value: Dim): FloatValue =>
  isSymbolic(value) ? scaled(i, value, 1, 1) : float(finite(value))

/** A symbolic float times a number; undefined when that would round twice. */
export function scaleFloat(i: Interpreter, a: FloatValue, factor: number): FloatValue | undefined {
  const { symbolic } = a
  if (!symbolic || !isPowerOfTwo(symbolic.denominator)) return undefined
  const [numerator, denominator] = dyadic(factor) ?? []
  if (numerator === undefined || denominator === undefined) return undefined
  return scaled(i, symbolic.dim, symbolic.numerator * numerator, symbolic.denominator * denominator)
}

/** ⌊x⌋ of a symbolic float, exactly. */
export const floorOf = (value: FloatValue): Dim | undefined =>
  value.symbolic && floorDiv(mul(value.symbolic.dim, value.symbolic.numerator), value.symbolic.denominator)

/** x cut towards zero, exactly: ⌊x⌋ of what is not negative, ⌈x⌉ = −⌊−x⌋ of what is. */
export function truncatedOf(i: Interpreter, value: FloatValue): Dim | undefined {
  const floor = floorOf(value)
  if (!value.symbolic || floor === undefined) return undefined
  const { dim, numerator, denominator } = value.symbolic
  if (decide(mul(dim, numerator), '>=', 0, i.session.model.facts) === true) return floor
  const ceiling = mul(floorDiv(mul(dim, -numerator), denominator), -1)
  return add(maxDim(floor, 0), minDim(ceiling, 0))
}

function scaled(i: Interpreter, dim: SymDim, numerator: number, denominator: number): FloatValue {
  const hint = hintOf(i.session, dim)
  const value = hint === undefined ? Number.NaN : (hint * numerator) / denominator
  return { kind: 'float', value, symbolic: { dim, numerator, denominator } }
}

const isPowerOfTwo = (value: number): boolean => Number.isInteger(Math.log2(value))

/** A float as a fraction over a power of two, where both parts are small; every float is one, few are small. */
function dyadic(value: number): readonly [number, number] | undefined {
  for (let denominator = 1; denominator <= 65536; denominator *= 2) {
    const numerator = value * denominator
    if (Number.isInteger(numerator) && Math.abs(numerator) <= 65536) return [numerator, denominator]
  }
  return undefined
}
