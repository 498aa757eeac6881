import { halfToEven } from '../../../../graph/index.ts'
import { ownAnswer } from '../classes/own-answer.ts'
import { concrete, holds } from '../decisions.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { asIndex } from '../numbers/indices.ts'
import { asNumber, intOfFloat, isNumber, plainNumber, wholeNumber } from '../numbers/numbers.ts'
import { roundedDim } from '../numbers/rounded-floats.ts'
import { pythonError } from '../python-error.ts'
import {
  type CallArguments,
  float,
  int,
  intOf,
  type NativeFunction,
  NONE,
  type PyValue,
  str,
  tuple,
} from '../values/index.ts'
import { asText, named } from './arguments.ts'
import { codePoints } from './length.ts'

function abs(i: Interpreter, { positional: [value] }: CallArguments): PyValue {
  if (!value) throw pythonError('TypeError', 'abs() takes one argument')
  const own = ownAnswer(i, '__abs__', value)
  if (own) return own
  if (!isNumber(value)) return i.operator('abs', [value])
  const number = asNumber(value)
  if (number.kind === 'float') return float(Math.abs(plainNumber(i, number)))
  return holds(i.session, number.value, '>=', 0) ? number : i.unary('-', number)
}

/** Python rounds halves to even. */
function round(i: Interpreter, args: CallArguments): PyValue {
  const { number, ndigits } = named('round', ['number', 'ndigits?'], args)
  const own = ownAnswer(i, '__round__', number, ...(ndigits ? [ndigits] : []))
  if (own) return own
  if (!isNumber(number)) return i.operator('round', [number])
  const value = asNumber(number)
  const digits =
    ndigits && ndigits.kind !== 'none' ? concrete(i.session, asIndex(i, ndigits).value) : undefined
  if (value.kind === 'int' && (digits === undefined || digits >= 0)) return value
  if (value.kind === 'int') return intOf(roundedToTens(wholeNumber(i, value), BigInt(-(digits ?? 0))))
  const whole = digits === undefined ? roundedDim(i, value, 'round') : undefined
  if (whole !== undefined) return int(whole)
  const plain = plainNumber(i, value)
  if (digits === undefined) return intOfFloat(halfToEven(plain))
  return float(Number.isFinite(plain) ? roundedTo(plain, digits) : plain)
}

function roundedToTens(value: bigint, zeros: bigint): bigint {
  if (zeros > MAX_ZEROS) return 0n
  const unit = 10n ** zeros
  const rest = ((value % unit) + unit) % unit
  const below = value - rest
  const isUp = 2n * rest > unit || (2n * rest === unit && (below / unit) % 2n !== 0n)
  return isUp ? below + unit : below
}

/** More than any int here has digits. */
const MAX_ZEROS = 5000n

/** Decimals by the number's exact value, as CPython and `toFixed` have it; only exact halves go to the even digit. */
function roundedTo(value: number, digits: number): number {
  if (digits < 0) return halfToEven(value / 10 ** -digits) * 10 ** -digits
  const shown = Math.min(digits, 99)
  const tail = Math.abs(value).toFixed(100).split('.')[1]?.slice(shown) ?? ''
  if (!/^50*$/.test(tail)) return Number(value.toFixed(shown))
  return halfToEven(value * 10 ** shown) / 10 ** shown
}

function ord(_: Interpreter, { positional: [given = NONE] }: CallArguments): PyValue {
  const text = asText(given)
  const point = text.codePointAt(0)
  if (point !== undefined && codePoints(text) === 1) return int(point)
  throw pythonError('TypeError', `ord() expected a character, but string of length ${codePoints(text)} found`)
}

function chr(i: Interpreter, { positional: [given = NONE] }: CallArguments): PyValue {
  const point = concrete(i.session, asIndex(i, given).value)
  if (point >= 0 && point <= 0x10ffff) return str(String.fromCodePoint(point))
  throw pythonError('ValueError', 'chr() arg not in range(0x110000)')
}

function divmod(i: Interpreter, { positional: [a, b] }: CallArguments): PyValue {
  if (!a || !b) throw pythonError('TypeError', 'divmod() takes two arguments')
  const own = ownAnswer(i, '__divmod__', a, b) ?? ownAnswer(i, '__rdivmod__', b, a)
  if (own) return own
  return tuple([i.binary('//', a, b), i.binary('%', a, b)])
}

/** `pow(base, exponent)`, or modulo a third number, with the sign of that number as `%` has it. */
function power(i: Interpreter, args: CallArguments): PyValue {
  const { base, exp, mod = NONE } = named('pow', ['base', 'exp', 'mod?'], args)
  if (mod.kind === 'none') return i.binary('**', base, exp)
  const own = ownAnswer(i, '__pow__', base, exp, mod)
  if (own) return own
  const [value, exponent, modulus] = [base, exp, mod].map((item) => wholeNumber(i, asIndex(i, item)))
  if (value === undefined || exponent === undefined || !modulus)
    throw pythonError('ValueError', 'pow() 3rd argument cannot be 0')
  const words = Math.ceil(modulus.toString(16).length / 16)
  i.session.budget.step((exponent.toString(2).length + 64) * words * words)
  const rest =
    exponent < 0n
      ? powerModulo(inverseModulo(value, modulus), -exponent, modulus)
      : powerModulo(value, exponent, modulus)
  return intOf(rest !== 0n && rest < 0n !== modulus < 0n ? rest + modulus : rest)
}

/** By the extended Euclidean algorithm. */
function inverseModulo(value: bigint, modulus: bigint): bigint {
  let [rest, next] = [((value % modulus) + modulus) % modulus, modulus]
  let [factor, nextFactor] = [1n, 0n]
  while (next !== 0n) {
    const quotient = rest / next
    ;[rest, next] = [next, rest - quotient * next]
    ;[factor, nextFactor] = [nextFactor, factor - quotient * nextFactor]
  }
  if (rest === 1n || rest === -1n) return factor * rest
  throw pythonError('ValueError', 'base is not invertible for the given modulus')
}

function powerModulo(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n % modulus
  let square = base % modulus
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}

/** Built-in functions of numbers and characters. */
export const NUMBER_FUNCTIONS: Readonly<Record<string, NativeFunction['call']>> = {
  abs,
  round,
  divmod,
  ord,
  chr,
  pow: power,
}
