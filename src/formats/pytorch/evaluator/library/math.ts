import { toInt } from '../builtins/types.ts'
import { ownAnswer } from '../classes/own-answer.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { computedFloat } from '../numbers/computed-floats.ts'
import { asIndex } from '../numbers/indices.ts'
import {
  asFloat,
  asNumber,
  intOfFloat,
  isNumber,
  isSymbolicNumber,
  plainNumber,
  wholeNumber,
} from '../numbers/numbers.ts'
import { roundedDim } from '../numbers/rounded-floats.ts'
import { pythonError } from '../python-error.ts'
import {
  bool,
  type FloatOperator,
  type FloatValue,
  float,
  int,
  intOf,
  type NamespaceValue,
  type NativeFunction,
  NONE,
  type PyValue,
  typeName,
} from '../values/index.ts'
import { naturalLogarithm } from './logarithms.ts'
import { functions, namespace } from './namespace.ts'

export function number(i: Interpreter, value: PyValue | undefined): number {
  if (value && isNumber(value)) return plainNumber(i, asNumber(value))
  if (value?.kind === 'instance') return number(i, ownAnswer(i, '__float__', value))
  if (value?.kind === 'tensor') return number(i, i.operator('item', [value]))
  throw pythonError('TypeError', `must be real number, not ${value ? typeName(value) : 'nothing'}`)
}

/** A function of one number; of a tensor's value where that is known. */
export const unary =
  (apply: (value: number) => number): NativeFunction['call'] =>
  (i, { positional: [value] }) =>
    float(apply(number(i, value)))

/** As `unary`; of a dynamic size, for the graph to compute. */
export const dynamicUnary =
  (operator: FloatOperator, apply: (value: number) => number): NativeFunction['call'] =>
  (i, { positional: [value] }) =>
    computed(i, operator, [value]) ?? float(apply(number(i, value)))

function computed(
  i: Interpreter,
  operator: FloatOperator,
  values: readonly (PyValue | undefined)[],
): FloatValue | undefined {
  const numbers = values.flatMap((value) => (value && isNumber(value) ? [asNumber(value)] : []))
  if (numbers.length < values.length || numbers.every((value) => !isSymbolicNumber(value))) return undefined
  return computedFloat(
    i,
    operator,
    numbers.map((value) => asFloat(i, value)),
  )
}

/** Logarithms to another base, as quotients. */
export const dynamicLog =
  (base: number, apply: (value: number) => number): NativeFunction['call'] =>
  (i, { positional: [value] }) =>
    logTo(i, value, float(base)) ?? float(apply(number(i, value)))

function logTo(i: Interpreter, value: PyValue | undefined, base: PyValue): FloatValue | undefined {
  const [top, bottom] = [value, base].map((of) => computed(i, 'log', [of]) ?? plainLog(of))
  return top && bottom && computed(i, 'div', [top, bottom])
}

function plainLog(value: PyValue | undefined): FloatValue | undefined {
  if (!value || !isNumber(value)) return undefined
  const plain = asNumber(value)
  return isSymbolicNumber(plain) || !(Number(plain.value) > 0)
    ? undefined
    : float(naturalLogarithm(Number(plain.value)))
}

/** Exact on symbolic sizes: ⌊dim · p / q⌋. */
export function floorNumber(i: Interpreter, value: PyValue | undefined): PyValue {
  if (value?.kind === 'int') return value
  const own = value && ownAnswer(i, '__floor__', value)
  if (own) return own
  const exact = value?.kind === 'float' ? roundedDim(i, value, 'floor') : undefined
  return exact === undefined ? intOfFloat(Math.floor(number(i, value))) : int(exact)
}

/** Exact on symbolic sizes. */
export function ceilNumber(i: Interpreter, value: PyValue | undefined): PyValue {
  if (value?.kind === 'int') return value
  const own = value && ownAnswer(i, '__ceil__', value)
  if (own) return own
  const exact = value?.kind === 'float' ? roundedDim(i, value, 'ceil') : undefined
  return exact === undefined ? intOfFloat(Math.ceil(number(i, value))) : int(exact)
}

/** Of long ints too, which no double holds. */
function naturalLog(i: Interpreter, value: PyValue | undefined): number {
  if (value?.kind === 'int' && value.exact !== undefined && value.exact > 0n)
    return naturalLogarithm(value.exact)
  const plain = number(i, value)
  if (plain <= 0) throw pythonError('ValueError', 'math domain error')
  return naturalLogarithm(plain)
}

function log(i: Interpreter, [value, base]: readonly PyValue[]): PyValue {
  const dynamic = base ? logTo(i, value, base) : computed(i, 'log', [value])
  if (dynamic) return dynamic
  const top = naturalLog(i, value)
  if (!base) return float(top)
  const bottom = naturalLog(i, base)
  if (bottom === 0) throw pythonError('ZeroDivisionError', 'division by zero')
  return float(top / bottom)
}

function sqrt(value: number): number {
  if (value < 0) throw pythonError('ValueError', 'math domain error')
  return Math.sqrt(value)
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  if (b === 0n) return a < 0n ? -a : a
  return greatestCommonDivisor(b, a % b)
}

/** What is left of a to the nearest multiple of b, to the even one of two that are as near. */
function ieeeRemainder(a: number, b: number): number {
  const rest = Math.abs(a % b)
  const size = Math.abs(b)
  const isUpper = rest * 2 > size || (rest * 2 === size && Math.floor(Math.abs(a) / size) % 2 === 1)
  return Math.sign(a) * (isUpper ? rest - size : rest)
}

/** Python's `math`. */
export const MATH: NamespaceValue = namespace('math', [
  ['pi', float(Math.PI)],
  ['e', float(Math.E)],
  ['tau', float(2 * Math.PI)],
  ['inf', float(Number.POSITIVE_INFINITY)],
  ['nan', float(Number.NaN)],
  ...functions({
    floor: (i, { positional: [value] }) => floorNumber(i, value),
    ceil: (i, { positional: [value] }) => ceilNumber(i, value),
    trunc: (i, { positional: [value = NONE] }) => toInt(i, value),
    sqrt: dynamicUnary('sqrt', sqrt),
    exp: unary(Math.exp),
    expm1: unary(Math.expm1),
    log: (i, { positional }) => log(i, positional),
    log2: dynamicLog(2, Math.log2),
    log10: dynamicLog(10, Math.log10),
    log1p: unary(Math.log1p),
    sin: unary(Math.sin),
    cos: unary(Math.cos),
    tan: unary(Math.tan),
    asin: unary(Math.asin),
    acos: unary(Math.acos),
    atan: unary(Math.atan),
    sinh: unary(Math.sinh),
    cosh: unary(Math.cosh),
    tanh: unary(Math.tanh),
    fabs: unary(Math.abs),
    degrees: unary((value) => (value * 180) / Math.PI),
    radians: unary((value) => (value * Math.PI) / 180),
    atan2: (i, { positional: [a, b] }) => float(Math.atan2(number(i, a), number(i, b))),
    pow: (i, { positional: [a, b] }) => computed(i, 'pow', [a, b]) ?? float(number(i, a) ** number(i, b)),
    remainder: (i, { positional: [a, b] }) => float(ieeeRemainder(number(i, a), number(i, b))),
    fmod: (i, { positional: [a, b] }) => float(number(i, a) % number(i, b)),
    hypot: (i, { positional }) => float(Math.hypot(...positional.map((value) => number(i, value)))),
    gcd: (i, { positional }) =>
      intOf(positional.map((value) => wholeNumber(i, asIndex(i, value))).reduce(greatestCommonDivisor, 0n)),
    prod: (i, { positional: [items] }) =>
      i.iterate(items ?? int(1)).reduce<PyValue>((product, item) => i.binary('*', product, item), int(1)),
    isinf: (i, { positional: [value] }) => bool(Math.abs(number(i, value)) === Number.POSITIVE_INFINITY),
    isnan: (i, { positional: [value] }) => bool(Number.isNaN(number(i, value))),
    isfinite: (i, { positional: [value] }) => bool(Number.isFinite(number(i, value))),
  }),
])
