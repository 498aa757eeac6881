import { add, ceilDiv, type Dim, floorDiv, maxDim, minDim, mod, mul, sub } from '../../../../graph/index.ts'
import type { Expression } from './parse-expression.ts'

/**
 * An expression as a dim, its symbols replaced; undefined where a symbol is not bound, or where dims have no such operation:
 * a quotient that is no whole number, a power of a size, a float.
 */
export function dimOfExpression(expression: Expression, bindings: ReadonlyMap<string, Dim>): Dim | undefined {
  switch (expression.kind) {
    case 'number':
      return Number.isSafeInteger(expression.value) ? expression.value : undefined
    case 'symbol':
      return bindings.get(expression.name)
    case 'call':
      return dimOfCall(expression, bindings)
  }
}

type Call = Extract<Expression, { kind: 'call' }>

function dimOfCall({ name, args }: Call, bindings: ReadonlyMap<string, Dim>): Dim | undefined {
  const quotient = name === 'Mul' ? withoutFractions(args) : undefined
  if (quotient) return floorOf(quotient, bindings)
  const dims = args.map((arg) => dimOfExpression(arg, bindings))
  const [a, b] = dims
  if (a === undefined || !dims.every((dim) => dim !== undefined)) return undefined
  switch (name) {
    case 'Add':
      return dims.reduce(add)
    case 'Mul':
      return dims.reduce(mul)
    case 'Max':
      return maxDim(...dims)
    case 'Min':
      return minDim(...dims)
    case 'Neg':
      return mul(a, -1)
    case 'Identity':
    case 'ToFloat':
    case 'TruncToInt':
    case 'FloorToInt':
    case 'CeilToInt':
      return a
    default:
      return b === undefined ? undefined : dimOfPair(name, a, b)
  }
}

function dimOfPair(name: string, a: Dim, b: Dim): Dim | undefined {
  switch (name) {
    case 'Sub':
      return sub(a, b)
    case 'FloorDiv':
    case 'CleanDiv':
      return b === 0 ? undefined : floorDiv(a, b)
    case 'CeilDiv':
      return typeof b !== 'number' || b === 0 ? undefined : ceilDiv(a, b)
    case 'Mod':
    case 'PythonMod':
      return b === 0 ? undefined : mod(a, b)
    case 'Pow':
    case 'PowByNatural':
      return power(a, b)
    default:
      return undefined
  }
}

/** A small power of a size is a product. */
function power(base: Dim, exponent: Dim): Dim | undefined {
  const count = typeof exponent === 'number' ? exponent : -1
  return count >= 0 && count <= 8 ? Array.from({ length: count }, () => base).reduce<Dim>(mul, 1) : undefined
}

interface Quotient {
  readonly factors: readonly Expression[]
  readonly numerator: number
  readonly denominator: number
}

/** `Rational(1, 2)·s0·(s0 + 1)`: a product that is whole, with its fractions apart. */
function withoutFractions(args: readonly Expression[]): Quotient | undefined {
  const fractions = args.map(fractionOf).filter((fraction) => fraction !== undefined)
  if (fractions.length === 0) return undefined
  return {
    factors: args.filter((arg) => !fractionOf(arg)),
    numerator: fractions.reduce((product, [numerator]) => product * numerator, 1),
    denominator: fractions.reduce((product, [, denominator]) => product * denominator, 1),
  }
}

function fractionOf(expression: Expression): readonly [number, number] | undefined {
  if (expression.kind !== 'call' || expression.name !== 'Rational') return undefined
  const [a, b] = expression.args
  return a?.kind === 'number' && b?.kind === 'number' && b.value > 0 ? [a.value, b.value] : undefined
}

function floorOf(
  { factors, numerator, denominator }: Quotient,
  bindings: ReadonlyMap<string, Dim>,
): Dim | undefined {
  const dims = factors.map((factor) => dimOfExpression(factor, bindings))
  if (!dims.every((dim) => dim !== undefined)) return undefined
  return floorDiv(dims.reduce<Dim>(mul, numerator), denominator)
}

/** The value with numbers for its symbols; undefined where one has none, or an operation is not known. */
export function valueOfExpression(
  expression: Expression,
  sizes: ReadonlyMap<string, number>,
): number | undefined {
  switch (expression.kind) {
    case 'number':
      return expression.value
    case 'symbol':
      return sizes.get(expression.name)
    case 'call': {
      const args = expression.args.map((arg) => valueOfExpression(arg, sizes))
      return args.every((arg) => arg !== undefined) ? OPERATIONS.get(expression.name)?.(...args) : undefined
    }
  }
}

type Operation = (...args: readonly number[]) => number

const pair =
  (of: (a: number, b: number) => number): Operation =>
  (a = Number.NaN, b = Number.NaN) =>
    of(a, b)

const floorMod = pair((a, b) => a - b * Math.floor(a / b))
const divide = pair((a, b) => a / b)
const floorDivide = pair((a, b) => Math.floor(a / b))
const same: Operation = (a = Number.NaN) => a

const OPERATIONS: ReadonlyMap<string, Operation> = new Map([
  ['Add', (...args) => args.reduce((a, b) => a + b, 0)],
  ['Mul', (...args) => args.reduce((a, b) => a * b, 1)],
  ['Sub', pair((a, b) => a - b)],
  ['Neg', (a = Number.NaN) => -a],
  ['Div', divide],
  ['IntTrueDiv', divide],
  ['FloatTrueDiv', divide],
  ['Rational', divide],
  ['CleanDiv', divide],
  ['FloorDiv', floorDivide],
  ['CeilDiv', pair((a, b) => Math.ceil(a / b))],
  ['Mod', floorMod],
  ['PythonMod', floorMod],
  ['Pow', pair((a, b) => a ** b)],
  ['PowByNatural', pair((a, b) => a ** b)],
  ['FloatPow', pair((a, b) => a ** b)],
  ['Max', (...args) => Math.max(...args)],
  ['Min', (...args) => Math.min(...args)],
  ['Abs', (a = Number.NaN) => Math.abs(a)],
  ['Identity', same],
  ['ToFloat', same],
  ['TruncToInt', (a = Number.NaN) => Math.trunc(a)],
  ['FloorToInt', (a = Number.NaN) => Math.floor(a)],
  ['CeilToInt', (a = Number.NaN) => Math.ceil(a)],
  ['floor', (a = Number.NaN) => Math.floor(a)],
  ['ceiling', (a = Number.NaN) => Math.ceil(a)],
  ['OpaqueUnaryFn_sqrt', (a = Number.NaN) => Math.sqrt(a)],
])
