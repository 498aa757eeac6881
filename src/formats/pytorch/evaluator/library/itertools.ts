import { named } from '../builtins/arguments.ts'
import { concrete } from '../decisions.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { asIndex } from '../numbers/indices.ts'
import { pythonError } from '../python-error.ts'
import {
  type CallArguments,
  IteratorValue,
  int,
  type NamespaceValue,
  type NativeFunction,
  NONE,
  type PyValue,
  positional,
  tuple,
} from '../values/index.ts'
import { functions, namespace } from './namespace.ts'

/** A function that gives its items one by one. */
const lazily =
  (make: (i: Interpreter, args: CallArguments) => Iterable<PyValue>): NativeFunction['call'] =>
  (i, { positional: given, keyword }) =>
    new IteratorValue(asGenerator(make(i, { positional: [...given], keyword })))

function* asGenerator(items: Iterable<PyValue>): Generator<PyValue> {
  yield* items
}

/** `product(a, b)`, `product(a, repeat=2)` */
function product(i: Interpreter, { positional: columns, keyword }: CallArguments): PyValue[] {
  const { repeat: times = int(1) } = named('product', ['repeat?'], { positional: [], keyword })
  const count = concrete(i.session, asIndex(i, times).value)
  if (count < 0) throw pythonError('ValueError', 'repeat argument cannot be negative')
  const lists = columns.map((column) => i.iterate(column))
  let rows: (readonly PyValue[])[] = [[]]
  for (let turn = 0; turn < count; turn++) for (const items of lists) rows = extended(i, rows, items)
  return rows.map(tuple)
}

function extended(
  i: Interpreter,
  rows: readonly (readonly PyValue[])[],
  items: readonly PyValue[],
): PyValue[][] {
  i.session.budget.step(rows.length * items.length * ((rows[0]?.length ?? 0) + 1))
  return rows.flatMap((row) => items.map((item) => [...row, item]))
}

/** Tuples of `length` different positions: all orders of them, or only ascending ones. */
function* selections(i: Interpreter, args: CallArguments, callee: string, ascending: boolean) {
  const { iterable, r } = named(callee, ['iterable', ascending ? 'r' : 'r?'], args)
  const items = i.iterate(iterable)
  const length = r && r.kind !== 'none' ? concrete(i.session, asIndex(i, r).value) : items.length
  if (length < 0) throw pythonError('ValueError', 'r must be non-negative')
  for (const places of arranged(i, items.length, length, ascending))
    yield tuple(places.flatMap((place) => items[place] ?? []))
}

function* arranged(
  i: Interpreter,
  count: number,
  length: number,
  ascending: boolean,
  before: readonly number[] = [],
): Generator<readonly number[]> {
  i.session.budget.step()
  if (before.length === length) {
    yield before
    return
  }
  const first = ascending ? (before.at(-1) ?? -1) + 1 : 0
  for (let place = first; place < count; place++)
    if (ascending || !before.includes(place)) yield* arranged(i, count, length, ascending, [...before, place])
}

function* zipLongest(i: Interpreter, { positional: columns, keyword }: CallArguments): Generator<PyValue> {
  const { fillvalue = NONE } = named('zip_longest', ['fillvalue?'], { positional: [], keyword })
  const iterators = columns.map((column) => i.iterator(column))
  for (;;) {
    const row = iterators.map((iterator) => i.next(iterator))
    if (row.every((item) => item === undefined)) return
    yield tuple(row.map((item) => item ?? fillvalue))
  }
}

function* cycle(i: Interpreter, args: CallArguments): Generator<PyValue> {
  const seen: PyValue[] = []
  for (const item of i.items(named('cycle', ['iterable'], args).iterable)) {
    seen.push(item)
    yield item
  }
  while (seen.length > 0) yield* seen
}

function* starmap(i: Interpreter, args: CallArguments): Generator<PyValue> {
  const { function: callee, iterable } = named('starmap', ['function', 'iterable'], args)
  for (const row of i.items(iterable)) yield i.call(callee, positional(...i.iterate(row)))
}

/** Items while a test holds, or from where it no longer does. */
function* whileTrue(i: Interpreter, args: CallArguments, callee: string, takes: boolean) {
  const { predicate, iterable } = named(callee, ['predicate', 'iterable'], args)
  let holds = true
  for (const item of i.items(iterable)) {
    holds &&= i.truth(i.call(predicate, positional(item)))
    if (takes && !holds) return
    if (takes === holds) yield item
  }
}

function* filterFalse(i: Interpreter, args: CallArguments): Generator<PyValue> {
  const { function: test, iterable } = named('filterfalse', ['function', 'iterable'], args)
  for (const item of i.items(iterable))
    if (!i.truth(test.kind === 'none' ? item : i.call(test, positional(item)))) yield item
}

function* compress(i: Interpreter, args: CallArguments): Generator<PyValue> {
  const { data, selectors } = named('compress', ['data', 'selectors'], args)
  const chosen = i.iterator(selectors)
  for (const item of i.items(data)) {
    const choice = i.next(chosen)
    if (!choice) return
    if (i.truth(choice)) yield item
  }
}

function repeat(i: Interpreter, args: CallArguments): PyValue {
  const { object: item, times } = named('repeat', ['object', 'times?'], args)
  const count = times ? concrete(i.session, asIndex(i, times).value) : Number.POSITIVE_INFINITY
  return new IteratorValue(repeated(item, count))
}

function* repeated(item: PyValue, count: number): Generator<PyValue> {
  for (let made = 0; made < count; made++) yield item
}

function* accumulate(i: Interpreter, args: CallArguments): Generator<PyValue> {
  const {
    iterable,
    function: callee = NONE,
    initial = NONE,
  } = named('accumulate', ['iterable', 'function?', 'initial?'], args)
  let total: PyValue | undefined = initial.kind === 'none' ? undefined : initial
  if (total) yield total
  for (const item of i.items(iterable)) {
    if (!total) total = item
    else total = callee.kind === 'none' ? i.binary('+', total, item) : i.call(callee, positional(total, item))
    yield total
  }
}

function count(i: Interpreter, args: CallArguments): PyValue {
  const { start = int(0), step = int(1) } = named('count', ['start?', 'step?'], args)
  return new IteratorValue(counted(i, start, step))
}

function* counted(i: Interpreter, start: PyValue, step: PyValue): Generator<PyValue> {
  for (let value = start; ; value = i.binary('+', value, step)) yield value
}

function* chained(i: Interpreter, columns: Iterable<PyValue>): Generator<PyValue> {
  for (const column of columns) yield* i.items(column)
}

/** `islice(items, stop)` or `islice(items, start, stop, step)` */
function islice(i: Interpreter, { positional: [items = NONE, ...ends] }: CallArguments): PyValue {
  const end = (value: PyValue | undefined, open: number): number =>
    !value || value.kind === 'none' ? open : concrete(i.session, asIndex(i, value).value)
  const [start, stop] = ends.length < 2 ? [undefined, ends[0]] : ends
  const bounds = [end(start, 0), end(stop, Number.POSITIVE_INFINITY), end(ends[2], 1)] as const
  if (bounds[0] < 0 || bounds[1] < 0 || bounds[2] < 1)
    throw pythonError('ValueError', 'Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.')
  return new IteratorValue(taken(i, i.iterator(items), ...bounds))
}

function* taken(
  i: Interpreter,
  items: IteratorValue,
  start: number,
  stop: number,
  step: number,
): Generator<PyValue> {
  for (let index = 0; index < stop; index++) {
    const item = i.next(items)
    if (!item) return
    if (index >= start && (index - start) % step === 0) yield item
  }
}

function* pairs(items: Iterable<PyValue>): Generator<PyValue> {
  let before: PyValue | undefined
  for (const item of items) {
    if (before) yield tuple([before, item])
    before = item
  }
}

/** `itertools` (https://docs.python.org/3/library/itertools.html), each lazy as there. */
export const ITERTOOLS: NamespaceValue = namespace('itertools', [
  [
    'chain',
    {
      kind: 'type',
      name: 'chain',
      args: [],
      call: (i, args) => new IteratorValue(chained(i, [...args.positional])),
      attributes: new Map(
        functions({
          from_iterable: (i, { positional: [columns] }) =>
            new IteratorValue(chained(i, i.items(columns ?? NONE))),
        }),
      ),
    },
  ],
  ...functions({
    product: lazily(product),
    repeat,
    accumulate: lazily(accumulate),
    combinations: lazily((i, args) => selections(i, args, 'combinations', true)),
    compress: lazily(compress),
    cycle: lazily(cycle),
    dropwhile: lazily((i, args) => whileTrue(i, args, 'dropwhile', false)),
    filterfalse: lazily(filterFalse),
    permutations: lazily((i, args) => selections(i, args, 'permutations', false)),
    starmap: lazily(starmap),
    takewhile: lazily((i, args) => whileTrue(i, args, 'takewhile', true)),
    zip_longest: lazily(zipLongest),
    count,
    islice,
    pairwise: (i, { positional: [items = NONE] }) => new IteratorValue(pairs(i.items(i.iterator(items)))),
  }),
])
