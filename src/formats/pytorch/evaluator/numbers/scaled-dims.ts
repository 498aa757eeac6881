import { add, type Dim, floorDiv, isSymbolic, mod, mul, type Relation, sub } from '../../../../graph/index.ts'
import { hintOf, holds } from '../decisions.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { pythonError } from '../python-error.ts'
import { type FloatValue, float, type IntValue, type ScaledDim } from '../values/index.ts'

/** Parts of a fraction stay at most this large, so that products with sizes stay whole numbers of a double. */
const LARGEST_PART = 2 ** 20

/** `a / b` of ints, of which one at least is symbolic; undefined where a double would round what is not a fraction of one dim. */
export function divideDims(i: Interpreter, a: Dim, b: Dim): FloatValue | undefined {
  if (isSymbolic(b)) return exactQuotient(i, a, b)
  return isSymbolic(a) ? scaled(i, a, 1, b) : float(a / b)
}

export const floatOfDim = (i: Interpreter, dim: Dim): FloatValue =>
  isSymbolic(dim) ? fractionFloat(i, { kind: 'scaled', dim, numerator: 1, denominator: 1 }) : float(dim)

/** 9·N / (9·H) has none; N·H / H is N. */
function exactQuotient(i: Interpreter, a: Dim, b: Dim): FloatValue | undefined {
  const quotient = floorDiv(a, b)
  return mul(quotient, b) === a ? floatOfDim(i, quotient) : undefined
}

/** A fraction in lowest terms; undefined where its parts are too large. A sum that divides term by term is whole. */
function scaled(i: Interpreter, dim: Dim, numerator: number, denominator: number): FloatValue | undefined {
  const sign = denominator < 0 ? -1 : 1
  const common = greatestCommonDivisor(Math.abs(numerator), Math.abs(denominator)) * sign
  const [top, bottom] = [numerator / common, denominator / common]
  if (!isSymbolic(dim) || top === 0) return float(isSymbolic(dim) ? 0 : (dim * top) / bottom)
  if (Math.max(Math.abs(top), bottom) > LARGEST_PART) return undefined
  const part = contentOf(dim, bottom)
  if (part > 1) return scaled(i, floorDiv(dim, part), top, bottom / part)
  return fractionFloat(i, { kind: 'scaled', dim, numerator: top, denominator: bottom })
}

function fractionFloat(i: Interpreter, symbolic: ScaledDim): FloatValue {
  const hint = hintOf(i.session, symbolic.dim)
  const value = hint === undefined ? Number.NaN : (hint * symbolic.numerator) / symbolic.denominator
  return { kind: 'float', value, symbolic }
}

/** What every term of the dim and `of` can be divided by. */
const contentOf = (dim: Exclude<Dim, number>, of: number): number =>
  [dim.constant, ...dim.terms.map(({ coefficient }) => coefficient)].reduce(
    (common, coefficient) => greatestCommonDivisor(common, Math.abs(coefficient)),
    of,
  )

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b)

/** A number as dim · numerator / denominator, where that is what it is, to the last bit. */
interface Fraction {
  readonly dim: Dim
  readonly numerator: number
  readonly denominator: number
}

/** Undefined of what was rounded, and of what has large parts: every float is a fraction, few are one of small parts. */
function fractionOf(value: IntValue | FloatValue): Fraction | undefined {
  if (value.kind === 'int') return { dim: value.value, numerator: 1, denominator: 1 }
  if (value.symbolic?.kind === 'computed') return undefined
  if (value.symbolic) return isPowerOfTwo(value.symbolic.denominator) ? value.symbolic : undefined
  for (let denominator = 1; denominator <= 65536; denominator *= 2) {
    const dim = value.value * denominator
    if (Number.isInteger(dim) && Math.abs(dim) <= LARGEST_PART) return { dim, numerator: 1, denominator }
  }
  return undefined
}

const isPowerOfTwo = (value: number): boolean => Number.isInteger(Math.log2(value))

/** The numbers of two fractions over their common denominator. */
function aligned(a: Fraction, b: Fraction): readonly [a: Dim, b: Dim, denominator: number] {
  const denominator = Math.max(a.denominator, b.denominator)
  const over = ({ dim, numerator, denominator: own }: Fraction): Dim =>
    mul(dim, numerator * (denominator / own))
  return [over(a), over(b), denominator]
}

/**
 * `a operator b` where one of them is a symbolic float: exact but for the one rounding of a quotient. Undefined where
 * Python would round more than once.
 */
export function scaledArithmetic(
  i: Interpreter,
  operator: string,
  a: IntValue | FloatValue,
  b: IntValue | FloatValue,
): FloatValue | undefined {
  const [left, right] = [fractionOf(a), fractionOf(b)]
  if (!left || !right) return operator === '*' || operator === '/' ? shifted(i, operator, a, b) : undefined
  const [x, y, denominator] = aligned(left, right)
  switch (operator) {
    case '+':
      return scaled(i, add(x, y), 1, denominator)
    case '-':
      return scaled(i, sub(x, y), 1, denominator)
    case '*':
      return scaled(
        i,
        mul(left.dim, right.dim),
        left.numerator * right.numerator,
        left.denominator * right.denominator,
      )
    case '/':
      return divided(i, x, nonZero(i, y))
    case '//':
      return floatOfDim(i, floorDiv(x, nonZero(i, y)))
    case '%':
      return scaled(i, mod(x, nonZero(i, y)), 1, denominator)
    default:
      return undefined
  }
}

/** Over their common denominator, the quotient of two numbers is that of their numerators. */
const divided = (i: Interpreter, x: Dim, y: Dim): FloatValue | undefined =>
  isSymbolic(y) ? exactQuotient(i, x, y) : scaled(i, x, 1, y)

function nonZero(i: Interpreter, divisor: Dim): Dim {
  if (holds(i.session, divisor, '==', 0)) throw pythonError('ZeroDivisionError', 'float division by zero')
  return divisor
}

/** What was rounded once, times or over a power of two: that does not round again. */
function shifted(
  i: Interpreter,
  operator: '*' | '/',
  a: IntValue | FloatValue,
  b: IntValue | FloatValue,
): FloatValue | undefined {
  if (operator === '*' && a.kind === 'float' && !a.symbolic) return shifted(i, '*', b, a)
  if (a.kind !== 'float' || a.symbolic?.kind !== 'scaled') return undefined
  const factor = plainOf(b)
  if (factor === undefined || factor === 0 || !isPowerOfTwo(Math.abs(factor))) return undefined
  const { dim, numerator, denominator } = a.symbolic
  const isLarger = Math.abs(factor) >= 1 === (operator === '*')
  const size = Math.abs(factor) >= 1 ? factor : 1 / factor
  return isLarger
    ? scaled(i, dim, numerator * size, denominator)
    : scaled(i, dim, numerator, denominator * size)
}

function plainOf(value: IntValue | FloatValue): number | undefined {
  if (value.kind === 'float') return value.symbolic ? undefined : value.value
  return typeof value.value === 'number' ? value.value : undefined
}

/** Whether `a relation b` holds, by the numbers themselves; undefined of what was rounded. */
export function scaledHold(
  i: Interpreter,
  relation: Relation,
  a: IntValue | FloatValue,
  b: IntValue | FloatValue,
): boolean | undefined {
  const [left, right] = [fractionOf(a), fractionOf(b)]
  if (!left || !right) return undefined
  const [x, y] = aligned(left, right)
  return holds(i.session, x, relation, y)
}
