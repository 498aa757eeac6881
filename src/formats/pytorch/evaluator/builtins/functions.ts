import { add, type Dim, decide, maxDim, minDim } from '../../../../graph/index.ts'
import { concrete, holds } from '../decisions.ts'
import { deleteAttribute } from '../interpreter/attributes.ts'
import { enumMembers } from '../interpreter/enums.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { rangeItem, rangeLength } from '../interpreter/iteration.ts'
import { asNumber, intOfFloat, isNumber, plainNumber, wholeNumber } from '../interpreter/numbers.ts'
import { roundedOf } from '../interpreter/scaled-dims.ts'
import { isUndecided, unknownUse } from '../interpreter/unknown-imports.ts'
import { PythonError, pythonError } from '../python-error.ts'
import { shownText } from '../shown-text.ts'
import {
  bool,
  type CallArguments,
  DictValue,
  float,
  IteratorValue,
  identityOf,
  int,
  intOf,
  ListValue,
  type NativeFunction,
  NONE,
  native,
  type PyValue,
  positional,
  type RangeValue,
  str,
  tuple,
  typeName,
} from '../values/index.ts'
import { asInt, asText, named } from './arguments.ts'
import { hashOf } from './hashing.ts'
import { sortedItems } from './sorting.ts'
import { isInstance } from './type-checks.ts'

/** `len(value)` */
export function lengthOf(i: Interpreter, value: PyValue): PyValue {
  switch (value.kind) {
    case 'list':
    case 'tuple':
      return int(value.items.length)
    case 'set':
    case 'view':
    case 'dict':
      return int(value.size)
    case 'str':
      i.session.budget.reading(value.value.length)
      return int(codePoints(value.value))
    case 'range':
      return intOf(rangeLength(i, value))
    case 'tensor': {
      const [first] = value.dims
      if (first === undefined) throw pythonError('TypeError', 'len() of a 0-d tensor')
      return int(first)
    }
    case 'opaque':
      return value
    case 'namespace':
      if (value.isUnknown || value.isOpen) throw unknownUse(value.name)
      if (value.isInert) return int(0)
      break
    case 'instance':
      return i.callMethod(value, '__len__')
    case 'class':
      if (value.role === 'enum') return int(enumMembers(value).length)
      break
    default:
  }
  throw pythonError('TypeError', `object of type '${typeName(value)}' has no len()`)
}

function codePoints(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}

function range(_: Interpreter, { positional: given }: CallArguments): PyValue {
  const [first, second, third] = given.map(asInt)
  if (!first) throw pythonError('TypeError', 'range expected at least 1 argument')
  if (third?.value === 0) throw pythonError('ValueError', 'range() arg 3 must not be zero')
  return { kind: 'range', start: second ? first : int(0), stop: second ?? first, step: third ?? int(1) }
}

/** `min` and `max` of arguments or of one iterable. Symbolic sizes stay symbolic where the bound is not settled. */
const extremum =
  (name: 'min' | 'max'): NativeFunction['call'] =>
  (i, { positional: given, keyword }) => {
    const [only, second] = given
    const items = only && !second ? i.iterate(only) : given
    const key = keyword.get('key')
    const [first] = items
    if (!first) {
      const fallback = keyword.get('default')
      if (fallback) return fallback
      throw pythonError('ValueError', `${name}() arg is an empty sequence`)
    }
    if (!key && items.every((item) => item.kind === 'int') && items.some(isDynamic))
      return int(
        extremumOf(
          i,
          name,
          items.map(({ value }) => value),
        ),
      )
    return items.reduce((best, item) => {
      const [a, b] = key ? [i.call(key, positional(item)), i.call(key, positional(best))] : [item, best]
      return i.truth(i.compare(name === 'min' ? '<' : '>', a, b)) ? item : best
    }, first)
  }

const isDynamic = (item: PyValue): boolean => item.kind === 'int' && typeof item.value !== 'number'

/** One of them where that is settled without a guard (a size is at least 1), else an expression of them all. */
function extremumOf(i: Interpreter, name: 'min' | 'max', dims: readonly Dim[]): Dim {
  const [relation, join] = name === 'min' ? (['<=', minDim] as const) : (['>=', maxDim] as const)
  const { facts } = i.session.model
  i.session.budget.step(dims.length ** 2)
  const settled = dims.find((dim) => dims.every((other) => decide(dim, relation, other, facts) === true))
  return settled ?? join(...dims)
}

function sum(i: Interpreter, args: CallArguments): PyValue {
  const { items, start = int(0) } = named('sum', ['items', 'start?'], args)
  return i.iterate(items).reduce<PyValue>((total, item) => i.binary('+', total, item), start)
}

function* zipped(i: Interpreter, columns: readonly IteratorValue[]): Generator<PyValue[]> {
  for (;;) {
    const row: PyValue[] = []
    for (const column of columns) {
      const item = i.next(column)
      if (!item) return
      row.push(item)
    }
    if (row.length === 0) return
    yield row
  }
}

const iterators = (i: Interpreter, columns: readonly PyValue[]): IteratorValue[] =>
  columns.map((column) => i.iterator(column))

function zip(i: Interpreter, { positional: given }: CallArguments): PyValue {
  return new IteratorValue(mapped(zipped(i, iterators(i, given)), tuple))
}

function* mapped<T>(rows: Iterable<T>, make: (row: T, index: number) => PyValue): Generator<PyValue> {
  let index = 0
  for (const row of rows) yield make(row, index++)
}

function map(i: Interpreter, { positional: [callee = NONE, ...columns] }: CallArguments): PyValue {
  const rows = zipped(i, iterators(i, columns))
  return new IteratorValue(mapped(rows, (row) => i.call(callee, positional(...row))))
}

function filter(i: Interpreter, { positional: [test = NONE, items = NONE] }: CallArguments): PyValue {
  const source = i.items(i.iterator(items))
  return new IteratorValue(
    kept(source, (item) => i.truth(test.kind === 'none' ? item : i.call(test, positional(item)))),
  )
}

function* kept(items: Iterable<PyValue>, test: (item: PyValue) => boolean): Generator<PyValue> {
  for (const item of items) if (test(item)) yield item
}

function enumerate(i: Interpreter, args: CallArguments): PyValue {
  const { items, start = int(0) } = named('enumerate', ['items', 'start?'], args)
  const first = asInt(start).value
  const source = i.items(i.iterator(items))
  return new IteratorValue(mapped(source, (item, index) => tuple([int(add(first, index)), item])))
}

function next(i: Interpreter, args: CallArguments): PyValue {
  const { items, fallback } = named('next', ['items', 'fallback?'], args)
  const method = items.kind === 'instance' ? i.findAttribute(items, '__next__') : undefined
  if (method) return nextOfInstance(i, method, fallback)
  if (items.kind === 'opaque') return items
  if (items.kind !== 'iterator')
    throw pythonError('TypeError', `'${typeName(items)}' object is not an iterator`)
  const item = i.next(items) ?? fallback
  if (item) return item
  throw pythonError('StopIteration', '')
}

function nextOfInstance(i: Interpreter, method: PyValue, fallback: PyValue | undefined): PyValue {
  try {
    return i.call(method, positional())
  } catch (error) {
    const isOver = error instanceof PythonError && error.raised.class.name === 'StopIteration'
    if (isOver && fallback) return fallback
    throw error
  }
}

function iter(i: Interpreter, { positional: [items = NONE] }: CallArguments): PyValue {
  return items.kind === 'opaque' ? items : i.iterator(items)
}

/** Whether one of the items is (or, wanted false, is not) true; the rest is not asked for. */
function someIs(i: Interpreter, wanted: boolean, items: PyValue): boolean {
  for (const item of i.items(items)) if (i.truth(item) === wanted) return true
  return false
}

/** A list is looked at item by item, as it is then. */
function backwards(i: Interpreter, items: PyValue): Iterable<PyValue> {
  if (items.kind === 'list') return fromTheEnd(items.items)
  const own = items.kind === 'instance' ? items.class.lookup('__reversed__') : undefined
  if (own) return i.items(i.call(own, positional(items)))
  if (items.kind === 'set' || items.kind === 'iterator')
    throw pythonError('TypeError', `'${typeName(items)}' object is not reversible`)
  if (items.kind === 'range') return rangeBackwards(i, items)
  return [...i.iterate(items)].reverse()
}

function* rangeBackwards(i: Interpreter, range: RangeValue): Generator<PyValue> {
  for (let at = rangeLength(i, range) - 1; at >= 0; at--) yield rangeItem(i, range, at)
}

function* fromTheEnd(items: readonly PyValue[]): Generator<PyValue> {
  for (let at = items.length - 1; at >= 0; at--) {
    const item = items[at]
    if (!item) return
    yield item
  }
}

function getattr(i: Interpreter, args: CallArguments): PyValue {
  const { object, name, fallback } = named('getattr', ['object', 'name', 'fallback?'], args)
  if (!fallback) return i.getAttribute(object, asText(name))
  return attributeOrNothing(i, object, asText(name)) ?? fallback
}

/** As `hasattr` sees it: an AttributeError of `__getattr__` means there is none. */
function attributeOrNothing(i: Interpreter, object: PyValue, name: string): PyValue | undefined {
  try {
    return i.findAttribute(object, name)
  } catch (error) {
    if (error instanceof PythonError && error.raised.class.name === 'AttributeError') return undefined
    throw error
  }
}

function abs(i: Interpreter, { positional: [value] }: CallArguments): PyValue {
  if (!value) throw pythonError('TypeError', 'abs() takes one argument')
  if (!isNumber(value)) return i.operator('abs', [value])
  const number = asNumber(value)
  if (number.kind === 'float') return float(Math.abs(plainNumber(i, number)))
  return holds(i.session, number.value, '>=', 0) ? number : i.unary('-', number)
}

/** Python rounds halves to even. */
function round(i: Interpreter, args: CallArguments): PyValue {
  const { number, ndigits } = named('round', ['number', 'ndigits?'], args)
  if (!isNumber(number)) return i.operator('round', [number])
  const value = asNumber(number)
  const digits = ndigits && ndigits.kind !== 'none' ? concrete(i.session, asInt(ndigits).value) : undefined
  if (value.kind === 'int' && (digits === undefined || digits >= 0)) return value
  if (value.kind === 'int') return intOf(roundedToTens(wholeNumber(i, value), BigInt(-(digits ?? 0))))
  const whole = digits === undefined ? roundedOf(value) : undefined
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

function halfToEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  return rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : floor + 1
}

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
  const point = concrete(i.session, asInt(given).value)
  if (point >= 0 && point <= 0x10ffff) return str(String.fromCodePoint(point))
  throw pythonError('ValueError', 'chr() arg not in range(0x110000)')
}

function divmod(i: Interpreter, { positional: [a, b] }: CallArguments): PyValue {
  if (!a || !b) throw pythonError('TypeError', 'divmod() takes two arguments')
  return tuple([i.binary('//', a, b), i.binary('%', a, b)])
}

/** `pow(base, exponent)`, or modulo a third number, with the sign of that number as `%` has it. */
function power(i: Interpreter, args: CallArguments): PyValue {
  const { base, exp, mod = NONE } = named('pow', ['base', 'exp', 'mod?'], args)
  if (mod.kind === 'none') return i.binary('**', base, exp)
  const [value, exponent, modulus] = [base, exp, mod].map((item) => wholeNumber(i, asInt(item)))
  if (value === undefined || exponent === undefined || !modulus)
    throw pythonError('ValueError', 'pow() 3rd argument cannot be 0')
  if (exponent < 0n) throw pythonError('ValueError', 'base is not invertible for the given modulus')
  const words = Math.ceil(modulus.toString(16).length / 16)
  i.session.budget.step(exponent.toString(2).length * words * words)
  const rest = powerModulo(value, exponent, modulus)
  return intOf(rest !== 0n && rest < 0n !== modulus < 0n ? rest + modulus : rest)
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

function issubclass(_: Interpreter, { positional: [of, parents] }: CallArguments): PyValue {
  const wanted = parents?.kind === 'tuple' ? parents.items : parents ? [parents] : []
  return bool(
    of?.kind === 'class' && wanted.some((parent) => parent.kind === 'class' && of.isSubclassOf(parent)),
  )
}

const decorator =
  (role: 'property' | 'static' | 'class'): NativeFunction['call'] =>
  (_, { positional: [callee] }) =>
    callee ? { kind: 'descriptor', role, callee } : NONE

/** Python's built-in functions. What a model has no use for at conversion (`open`, `eval`) is absent. */
export const BUILTIN_FUNCTIONS: readonly NativeFunction[] = Object.entries({
  len: (i, { positional: [value] }) => lengthOf(i, value ?? NONE),
  range,
  min: extremum('min'),
  max: extremum('max'),
  sum,
  abs,
  round,
  divmod,
  ord,
  chr,
  pow: power,
  zip,
  enumerate,
  reversed: (i, { positional: [items = NONE] }) => new IteratorValue(backwards(i, items)),
  sorted: (i, args) => {
    const { items, key, reverse } = named('sorted', ['items', 'key?', 'reverse?'], args)
    return new ListValue(sortedItems(i, i.iterate(items), key, reverse))
  },
  map,
  filter,
  any: (i, { positional: [items] }) => bool(someIs(i, true, items ?? NONE)),
  all: (i, { positional: [items] }) => bool(!someIs(i, false, items ?? NONE)),
  iter,
  next,
  isinstance: (i, { positional: [value, type] }) => bool(isInstance(i, value ?? NONE, type ?? NONE)),
  issubclass,
  getattr,
  hasattr: (i, { positional: [object = NONE, name] }) => {
    if (isUndecided(object)) throw unknownUse(object.name)
    return bool(attributeOrNothing(i, object, asText(name ?? NONE)) !== undefined)
  },
  setattr: (i, args) => {
    const { object, name, value } = named('setattr', ['object', 'name', 'value'], args)
    i.setAttribute(object, asText(name), value)
    return NONE
  },
  delattr: (i, args) => {
    const { object, name } = named('delattr', ['object', 'name'], args)
    deleteAttribute(i, object, asText(name))
    return NONE
  },
  callable: (i, { positional: [value] }) =>
    bool(
      value !== undefined &&
        (isInstance(i, value, { kind: 'type', name: 'Callable', args: [] }) ||
          (value.kind === 'instance' && i.findAttribute(value, '__call__') !== undefined)),
    ),
  id: (_, { positional: [value] }) => int(value ? identityOf(value) : 0),
  hash: (i, { positional: [value = NONE] }) => hashOf(i, value),
  repr: (i, { positional: [value] }) => shownText(i.session, () => i.repr(value ?? NONE)),
  format: (i, { positional: [value, specification] }) =>
    shownText(i.session, () => i.format(value ?? NONE, specification ? asText(specification) : '')),
  print: () => NONE,
  vars: (i, { positional: [value] }) => (value ? i.getAttribute(value, '__dict__') : new DictValue()),
  super: (_, { positional: [of, self] }) => {
    if (of?.kind !== 'class' || !self) throw pythonError('RuntimeError', 'super(): no arguments')
    return { kind: 'super', self, after: of }
  },
  property: decorator('property'),
  staticmethod: decorator('static'),
  classmethod: decorator('class'),
} satisfies Readonly<Record<string, NativeFunction['call']>>).map(([name, call]) => native(name, call))
