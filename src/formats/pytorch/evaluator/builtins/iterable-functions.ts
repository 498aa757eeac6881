import { add, type Dim, decide, maxDim, minDim } from '../../../../graph/index.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { rangeItem, rangeLength } from '../interpreter/ranges.ts'
import { asIndex } from '../numbers/indices.ts'
import { PythonError, pythonError } from '../python-error.ts'
import {
  bool,
  type CallArguments,
  IteratorValue,
  int,
  ListValue,
  type NativeFunction,
  NONE,
  type PyValue,
  positional,
  type RangeValue,
  tuple,
  typeName,
} from '../values/index.ts'
import { named } from './arguments.ts'
import { sortedItems } from './sorting.ts'

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

function* zipped(i: Interpreter, columns: readonly IteratorValue[], isStrict = false): Generator<PyValue[]> {
  for (;;) {
    const row: PyValue[] = []
    for (const column of columns) {
      const item = i.next(column)
      if (!item) {
        if (isStrict) checkEnds(i, columns, row.length)
        return
      }
      row.push(item)
    }
    if (row.length === 0) return
    yield row
  }
}

/** `strict=True`: all end at once. @param ended The column that ended first. */
function checkEnds(i: Interpreter, columns: readonly IteratorValue[], ended: number): void {
  if (ended > 0) throw pythonError('ValueError', `zip() argument ${ended + 1} is shorter than argument 1`)
  const longer = columns.findIndex((column, at) => at > 0 && i.next(column) !== undefined)
  if (longer > 0) throw pythonError('ValueError', `zip() argument ${longer + 1} is longer than argument 1`)
}

const iterators = (i: Interpreter, columns: readonly PyValue[]): IteratorValue[] =>
  columns.map((column) => i.iterator(column))

function zip(i: Interpreter, { positional: given, keyword }: CallArguments): PyValue {
  const strict = keyword.get('strict')
  const isStrict = strict !== undefined && i.truth(strict)
  return new IteratorValue(mapped(zipped(i, iterators(i, given), isStrict), tuple))
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
  const first = asIndex(i, start).value
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

/** Built-in functions of what has items. */
export const ITERABLE_FUNCTIONS: Readonly<Record<string, NativeFunction['call']>> = {
  min: extremum('min'),
  max: extremum('max'),
  sum,
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
}
