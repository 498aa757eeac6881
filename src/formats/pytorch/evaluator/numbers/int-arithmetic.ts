import { ModelError } from '../../../../errors/index.ts'
import { add, type Dim, floorDiv, isSymbolic, mod, mul, product, sub } from '../../../../graph/index.ts'
import type { BinaryOperator } from '../../source/index.ts'
import { concrete, holds } from '../decisions.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { pythonError } from '../python-error.ts'
import { type FloatValue, float, type IntValue, int, intOf } from '../values/index.ts'
import { computedFloat } from './computed-floats.ts'
import { isSafe, wholeNumber } from './numbers.ts'
import { divideDims, floatOfDim } from './scaled-dims.ts'

/** Below the 4300 digits of which Python makes a text. */
const MAX_BITS = 14_000
const LIMIT = 1n << BigInt(MAX_BITS)

/** `a operator b` of ints: exact at any size, symbolic where they stem from dynamic dims. */
export function binaryInts(
  i: Interpreter,
  operator: BinaryOperator,
  a: IntValue,
  b: IntValue,
): IntValue | FloatValue {
  if (isSymbolic(a.value) || isSymbolic(b.value)) return symbolicInts(i, operator, a, b)
  const quick = isSafe(a) && isSafe(b) ? quickResult(operator, a.value, b.value) : undefined
  if (quick !== undefined && Number.isSafeInteger(quick)) return int(quick)
  const [x, y] = [wholeNumber(i, a), wholeNumber(i, b)]
  i.session.budget.step(cost(x, y))
  if ('/%'.includes(operator.charAt(0)) && y === 0n)
    throw pythonError('ZeroDivisionError', 'integer division or modulo by zero')
  if (operator === '/') return float(quotient(i, a, b, x, y))
  if (operator === '**' && y < 0n) return inversePower(x, y)
  return limited(i, wholeResult(operator, x, y))
}

/** By doubles: exact where the result is safe, since rounding never crosses 2⁵³. */
function quickResult(operator: BinaryOperator, a: Dim, b: Dim): number | undefined {
  if (typeof a !== 'number' || typeof b !== 'number') return undefined
  switch (operator) {
    case '+':
      return a + b + 0
    case '-':
      return a - b + 0
    case '*':
      return a * b + 0
    case '//':
      return b === 0 ? undefined : Math.floor(a / b) + 0
    case '%':
      return b === 0 ? undefined : a - Math.floor(a / b) * b + 0
    default:
      return undefined
  }
}

const bitsOf = (value: bigint): number => value.toString(16).length * 4

const bitLength = (value: bigint): number => (value < 0n ? -value : value).toString(2).length

/** Steps that long ints count for: what multiplying them takes. */
const cost = (a: bigint, b: bigint): number => 1 + Math.ceil((bitsOf(a) * bitsOf(b)) / 131_072)

function wholeResult(operator: BinaryOperator, a: bigint, b: bigint): bigint {
  switch (operator) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '//':
      return (a - modulo(a, b)) / b
    case '%':
      return modulo(a, b)
    case '**':
      return power(a, b)
    case '&':
      return a & b
    case '|':
      return a | b
    case '^':
      return a ^ b
    case '<<':
    case '>>':
      return shifted(operator, a, b)
    default:
      throw pythonError('TypeError', `unsupported operand type(s) for ${operator}: 'int' and 'int'`)
  }
}

/** With the sign of the divisor. */
function modulo(a: bigint, b: bigint): bigint {
  const rest = a % b
  return rest !== 0n && rest < 0n !== b < 0n ? rest + b : rest
}

function power(base: bigint, exponent: bigint): bigint {
  const isSmall = base >= -1n && base <= 1n
  if (!isSmall && (bitLength(base) - 1) * Number(exponent) > MAX_BITS) throw tooLong()
  return isSmall && exponent > 2n ? base ** (2n - (exponent & 1n)) : base ** exponent
}

function shifted(operator: '<<' | '>>', a: bigint, b: bigint): bigint {
  if (b < 0n) throw pythonError('ValueError', 'negative shift count')
  if (operator === '>>') return b > MAX_BITS ? (a < 0n ? -1n : 0n) : a >> b
  if (a === 0n) return a
  if (b > MAX_BITS || bitsOf(a) + Number(b) > 2 * MAX_BITS) throw tooLong()
  return a << b
}

/** @throws ModelError LIMIT_EXCEEDED, and UNSUPPORTED_CONSTRUCT where TorchScript would wrap around. */
function limited(i: Interpreter, value: bigint): IntValue {
  if (value >= LIMIT || value <= -LIMIT) throw tooLong()
  if (i.session.hasInt64s && BigInt.asIntN(64, value) !== value) throw wrapped()
  return intOf(value)
}

const tooLong = (): ModelError =>
  new ModelError('LIMIT_EXCEEDED', { what: `The model's program makes an int of more than ${MAX_BITS} bits` })

const wrapped = (): ModelError =>
  new ModelError('UNSUPPORTED_CONSTRUCT', {
    what: 'The program computes an int beyond 64 bits',
    why: 'TorchScript leaves open what becomes of it',
    next: 'Compute with smaller ints',
  })

/** Rounded once, as Python has it: the doubles nearest to long ints would round twice. */
function quotient(i: Interpreter, a: IntValue, b: IntValue, x: bigint, y: bigint): number {
  if (isSafe(a) && isSafe(b)) return concrete(i.session, a.value) / concrete(i.session, b.value)
  if (x === 0n) return 0
  const [top, bottom] = [x < 0n ? -x : x, y < 0n ? -y : y]
  // 70 bits and more of the quotient, the last of which stands for all that follow.
  const shift = BigInt(Math.max(0, 70 + bitsOf(bottom) - bitsOf(top)))
  const whole = (top << shift) / bottom
  const isExact = whole * bottom === top << shift
  const magnitude = Number((whole << 1n) | (isExact ? 0n : 1n)) / 2 ** (Number(shift) + 1)
  if (!Number.isFinite(magnitude))
    throw pythonError('OverflowError', 'integer division result too large for a float')
  if (magnitude < 2 ** -1000) throw tooLong()
  return x < 0n === y < 0n ? magnitude : -magnitude
}

function inversePower(base: bigint, exponent: bigint): FloatValue {
  if (base === 0n) throw pythonError('ZeroDivisionError', '0.0 cannot be raised to a negative power')
  const [a, b] = [Number(base), Number(exponent)]
  if (!Number.isFinite(a) || !Number.isFinite(b))
    throw pythonError('OverflowError', 'int too large to convert to float')
  return float(a ** b)
}

function symbolicInts(
  i: Interpreter,
  operator: BinaryOperator,
  a: IntValue,
  b: IntValue,
): IntValue | FloatValue {
  if (!isSafe(a) || !isSafe(b)) {
    // A size and an int past every size: at the hint.
    return binaryInts(i, operator, atHint(i, a), atHint(i, b))
  }
  const result = symbolicResult(i, operator, a.value, b.value)
  if (result.kind === 'int' && !isSmall(result.value)) throw tooLong()
  return result
}

const atHint = (i: Interpreter, value: IntValue): IntValue =>
  isSafe(value) ? int(concrete(i.session, value.value)) : value

const isSmall = (dim: Dim): boolean =>
  isSymbolic(dim)
    ? Number.isSafeInteger(dim.constant) &&
      dim.terms.every(({ coefficient }) => Number.isSafeInteger(coefficient))
    : Number.isSafeInteger(dim)

function symbolicResult(i: Interpreter, operator: BinaryOperator, a: Dim, b: Dim): IntValue | FloatValue {
  switch (operator) {
    case '+':
      return int(add(a, b))
    case '-':
      return int(sub(a, b))
    case '*':
      return int(mul(a, b))
    case '//':
      return int(floorDiv(a, nonZero(i, b)))
    case '%':
      return int(mod(a, nonZero(i, b)))
    case '/':
      return quotientOf(i, a, nonZero(i, b))
    case '**':
      return symbolicPower(i, a, concrete(i.session, b))
    default:
      return binaryInts(i, operator, int(concrete(i.session, a)), int(concrete(i.session, b)))
  }
}

function nonZero(i: Interpreter, b: Dim): Dim {
  if (holds(i.session, b, '==', 0)) throw pythonError('ZeroDivisionError', 'division by zero')
  return b
}

function quotientOf(i: Interpreter, a: Dim, b: Dim): FloatValue {
  return (
    divideDims(i, a, b) ??
    computedFloat(i, 'div', [floatOfDim(i, a), floatOfDim(i, b)]) ??
    float(concrete(i.session, a) / concrete(i.session, b))
  )
}

/** Small powers of a symbolic int stay symbolic. */
function symbolicPower(i: Interpreter, base: Dim, exponent: number): IntValue | FloatValue {
  const factors = Array.from({ length: Math.min(Math.abs(exponent), 9) }, () => base)
  if (factors.length > 8) return binaryInts(i, '**', int(concrete(i.session, base)), int(exponent))
  return exponent < 0 ? quotientOf(i, 1, nonZero(i, product(factors))) : int(product(factors))
}
