import { ModelError } from '../../../../errors/index.ts'
import type { BinaryOperator } from '../../source/index.ts'
import { pythonError } from '../python-error.ts'

/** `a operator b` of floats. */
export function floatResult(operator: BinaryOperator, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '**':
      return floatPower(a, b)
    default:
  }
  if (b === 0) throw pythonError('ZeroDivisionError', 'float division by zero')
  if (operator === '/') return a / b
  if (operator === '//') return flooredQuotient(a, b)
  if (operator === '%') return floatModulo(a, b)
  throw pythonError('TypeError', `unsupported operand type(s) for ${operator}: 'float' and 'float'`)
}

/** As Python has it where JavaScript differs: `1.0 ** nan` is 1.0, and what is no real number or past all floats. */
function floatPower(a: number, b: number): number {
  if (a === 1 || (a === -1 && Math.abs(b) === Number.POSITIVE_INFINITY)) return 1
  if (a === 0 && b < 0) throw pythonError('ZeroDivisionError', '0.0 cannot be raised to a negative power')
  const result = a ** b
  if (!Number.isFinite(a) || !Number.isFinite(b)) return result
  if (Number.isNaN(result)) throw complexPower()
  if (!Number.isFinite(result)) throw pythonError('OverflowError', 'Result too large')
  return result
}

const complexPower = (): ModelError =>
  new ModelError('UNSUPPORTED_CONSTRUCT', {
    what: 'The program computes a complex number, a root of a negative one',
  })

/** Exact, with the sign of the divisor: `1.0 % 0.1` is 0.0999…, since 0.1 is a little more than a tenth. */
function floatModulo(a: number, b: number): number {
  const rest = a % b
  if (rest === 0) return b < 0 ? -0 : 0
  return rest < 0 !== b < 0 ? rest + b : rest
}

/** As CPython's `float_divmod` has it, consistent with `%`: `1.0 // 0.1` is 9.0, `-0.0 // 1` is -0.0. */
function flooredQuotient(a: number, b: number): number {
  const rest = a % b
  const quotient = (a - rest) / b - (rest !== 0 && rest < 0 !== b < 0 ? 1 : 0)
  if (quotient === 0) return a / b < 0 || Object.is(a / b, -0) ? -0 : 0
  const floored = Math.floor(quotient)
  return quotient - floored > 0.5 ? floored + 1 : floored
}
