import type { Graph } from '../../../../graph/index.ts'
import { named } from '../builtins/arguments.ts'
import { concrete } from '../decisions.ts'
import { countKey } from '../interpreter/dynamic-keys.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { asIndex } from '../numbers/indices.ts'
import { pythonError } from '../python-error.ts'
import {
  type CallArguments,
  IteratorValue,
  int,
  keyOf,
  type NamespaceValue,
  NONE,
  native,
  type PyValue,
  positional,
  str,
  tuple,
} from '../values/index.ts'
import { functions, namespace } from './namespace.ts'

function partial(_: Interpreter, { positional: [callee, ...first], keyword }: CallArguments): PyValue {
  if (!callee) throw pythonError('TypeError', 'partial() needs a callable')
  return native('partial', (i, args) =>
    i.call(callee, {
      positional: [...first, ...args.positional],
      keyword: new Map([...keyword, ...args.keyword]),
    }),
  )
}

function reduce(i: Interpreter, { positional: [callee, items, initial] }: CallArguments): PyValue {
  const [first, ...rest] = [...(initial ? [initial] : []), ...i.iterate(items ?? NONE)]
  if (!first || !callee) throw pythonError('TypeError', 'reduce() of empty iterable with no initial value')
  return rest.reduce((total, item) => i.call(callee, positional(total, item)), first)
}

/** `@wraps(f)`: the function takes the name of `f`, and its signature where it is looked at. */
function wraps(_: Interpreter, { positional: [wrapped] }: CallArguments): PyValue {
  return native('wraps', (_inner, { positional: [made = NONE] }) =>
    made.kind === 'function' && wrapped?.kind === 'function'
      ? { ...made, name: wrapped.name, wraps: wrapped.wraps ?? wrapped }
      : made,
  )
}

/** `@lru_cache`, `@lru_cache()` or `@lru_cache(maxsize=32)`; Python keeps 128 results where nothing is said. */
function lruCache(i: Interpreter, args: CallArguments): PyValue {
  const { maxsize = int(128) } = named('lru_cache', ['maxsize?', 'typed?'], args)
  if (maxsize.kind === 'function' || maxsize.kind === 'native') return remembered(maxsize, 128)
  const size =
    maxsize.kind === 'none' ? Number.POSITIVE_INFINITY : concrete(i.session, asIndex(i, maxsize).value)
  return native('lru_cache', (_, { positional: [callee = NONE] }) => remembered(callee, size))
}

interface Remembered {
  readonly result: PyValue
  /** Kept, that they stay what the key names. */
  readonly args: CallArguments
  /** Where the tensors of the result are; undefined where it holds none. */
  readonly graph: Graph | undefined
}

/**
 * The function, called once for the same arguments. A result that holds tensors serves the graph that they were made in: that
 * of a branch has ended when another asks for it.
 */
function remembered(callee: PyValue, size: number): PyValue {
  const results = new Map<string, Remembered>()
  return native('name' in callee ? callee.name : 'cached', (i, args) => {
    i.session.budget.step(args.positional.length)
    for (const value of args.positional) countKey(i, value)
    const key = keyOf(
      tuple([tuple(args.positional), ...[...args.keyword].map(([k, v]) => tuple([str(k), v]))]),
    )
    const { graph } = i.session.b
    const known = results.get(key)
    const serves = known !== undefined && (known.graph ?? graph) === graph
    const result = serves ? known.result : i.call(callee, args)
    results.delete(key)
    results.set(key, { result, args, graph: holdsTensor(result) ? graph : undefined })
    const [oldest] = results.keys()
    if (results.size > size && oldest !== undefined) results.delete(oldest)
    return result
  })
}

/** @param seen What was looked at: parts may be shared, or hold themselves. */
function holdsTensor(value: PyValue, seen = new Set<PyValue>()): boolean {
  if (seen.has(value)) return false
  seen.add(value)
  switch (value.kind) {
    case 'tensor':
    case 'opaque':
      return true
    case 'list':
    case 'tuple':
    case 'view':
      return value.items.some((item) => holdsTensor(item, seen))
    case 'dict':
      return value.values().some((item) => holdsTensor(item, seen))
    default:
      return false
  }
}

export const FUNCTOOLS: NamespaceValue = namespace('functools', [
  ...functions({
    partial,
    reduce,
    wraps,
    lru_cache: lruCache,
    cache: (_, { positional: [callee = NONE] }) => remembered(callee, Number.POSITIVE_INFINITY),
    update_wrapper: (_, { positional: [target] }) => target ?? NONE,
  }),
  [
    'cached_property',
    native('cached_property', (_, { positional: [callee] }) =>
      callee ? { kind: 'descriptor', role: 'cached', callee } : NONE,
    ),
  ],
])

function cartesian(i: Interpreter, columns: readonly PyValue[]): PyValue[][] {
  return columns.reduce<PyValue[][]>(
    (rows, column) => {
      const items = i.iterate(column)
      i.session.budget.step(rows.length * items.length * ((rows[0]?.length ?? 0) + 1))
      return rows.flatMap((row) => items.map((item) => [...row, item]))
    },
    [[]],
  )
}

function repeat(i: Interpreter, { positional: [item, times] }: CallArguments): PyValue {
  if (!item) throw pythonError('TypeError', 'repeat() needs an item')
  const count = times ? concrete(i.session, asIndex(i, times).value) : Number.POSITIVE_INFINITY
  return new IteratorValue(repeated(item, count))
}

function* repeated(item: PyValue, count: number): Generator<PyValue> {
  for (let made = 0; made < count; made++) yield item
}

function accumulate(i: Interpreter, { positional: [items = NONE, callee] }: CallArguments): PyValue {
  return new IteratorValue(totals(i, i.items(i.iterator(items)), callee))
}

function* totals(i: Interpreter, items: Iterable<PyValue>, callee: PyValue | undefined): Generator<PyValue> {
  let total: PyValue | undefined
  for (const item of items) {
    total = !total ? item : callee ? i.call(callee, positional(total, item)) : i.binary('+', total, item)
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

export const ITERTOOLS: NamespaceValue = namespace('itertools', [
  [
    'chain',
    {
      kind: 'type',
      name: 'chain',
      args: [],
      call: (i, args) => new IteratorValue(chained(i, args.positional)),
      attributes: new Map(
        functions({
          from_iterable: (i, { positional: [columns] }) =>
            new IteratorValue(chained(i, i.items(columns ?? NONE))),
        }),
      ),
    },
  ],
  ...functions({
    product: (i, args) => new IteratorValue(cartesian(i, args.positional).map(tuple)),
    repeat,
    accumulate,
    count,
    islice,
    pairwise: (i, { positional: [items = NONE] }) => new IteratorValue(pairs(i.items(i.iterator(items)))),
  }),
])
