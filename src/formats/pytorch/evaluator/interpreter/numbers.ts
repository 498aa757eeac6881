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
import { type BoolValue, type FloatValue, float, type IntValue, int, type PyValue } from '../values/index.ts'
import type { Interpreter } from './interpreter.ts'

export type NumberValue = IntValue | FloatValue | BoolValue

export const isNumber = (value: PyValue): value is NumberValue =>
  value.kind === 'int' || value.kind === 'float' || value.kind === 'bool'

/** A bool counts as 0 or 1. */
export const asNumber = (value: NumberValue): IntValue | FloatValue =>
  value.kind === 'bool' ? int(Number(value.value)) : value

/** The plain number; what stems from a dynamic dim is taken at its hint, as a guard. */
export function plainNumber(i: Interpreter, value: IntValue | FloatValue): number {
  if (value.kind === 'int') return concrete(i.session, value.value)
  if (value.symbolic) concrete(i.session, value.symbolic.dim)
  return value.value
}

/** `a / b` of ints: exact as a fraction of the dim where a is symbolic and b is not. */
export function divideInts(i: Interpreter, a: Dim, b: number): FloatValue {
  return isSymbolic(a) ? scaled(i, a, 1, b) : float(a / b)
}

export const floatOfInt = (i: Interpreter, value: Dim): FloatValue =>
  isSymbolic(value) ? scaled(i, value, 1, 1) : float(value)

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
