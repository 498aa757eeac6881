import { asInt } from '../builtins/arguments.ts'
import { concrete } from '../decisions.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { pythonError } from '../python-error.ts'
import {
  type CallArguments,
  int,
  ListValue,
  type NamespaceValue,
  NONE,
  native,
  type PyValue,
  positional,
  tuple,
} from '../values/index.ts'
import { functions, namespace, transparent } from './namespace.ts'

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

export const FUNCTOOLS: NamespaceValue = namespace('functools', [
  ...functions({
    partial,
    reduce,
    wraps,
    update_wrapper: (_, { positional: [target] }) => target ?? NONE,
  }),
  ['lru_cache', transparent],
  ['cache', transparent],
  [
    'cached_property',
    native('cached_property', (_, { positional: [callee] }) =>
      callee ? { kind: 'descriptor', role: 'property', callee } : NONE,
    ),
  ],
])

function cartesian(i: Interpreter, columns: readonly PyValue[]): PyValue[][] {
  return columns.reduce<PyValue[][]>(
    (rows, column) => {
      const items = i.iterate(column)
      i.session.budget.step(rows.length * items.length)
      return rows.flatMap((row) => items.map((item) => [...row, item]))
    },
    [[]],
  )
}

function repeat(i: Interpreter, { positional: [item, times] }: CallArguments): PyValue {
  if (!item || !times) throw pythonError('TypeError', 'repeat() needs an item and a count here')
  const count = concrete(i.session, asInt(times).value)
  i.session.budget.step(count)
  return new ListValue(Array.from({ length: Math.max(0, count) }, () => item))
}

function accumulate(i: Interpreter, { positional: [items, callee] }: CallArguments): PyValue {
  const totals: PyValue[] = []
  for (const item of i.iterate(items ?? NONE)) {
    const before = totals.at(-1)
    totals.push(
      !before ? item : callee ? i.call(callee, positional(before, item)) : i.binary('+', before, item),
    )
  }
  return new ListValue(totals)
}

export const ITERTOOLS: NamespaceValue = namespace('itertools', [
  [
    'chain',
    {
      kind: 'type',
      name: 'chain',
      args: [],
      call: (i, args) => new ListValue(args.positional.flatMap((items) => i.iterate(items))),
      attributes: new Map(
        functions({
          from_iterable: (i, { positional: [columns] }) =>
            new ListValue(i.iterate(columns ?? NONE).flatMap((items) => i.iterate(items))),
        }),
      ),
    },
  ],
  ...functions({
    product: (i, args) => new ListValue(cartesian(i, args.positional).map(tuple)),
    repeat,
    accumulate,
    count: () => ({ kind: 'constant', name: 'itertools.count' }),
    islice: (i, { positional: [items, stop] }) =>
      new ListValue(i.iterate(items ?? NONE).slice(0, concrete(i.session, asInt(stop ?? int(0)).value))),
    pairwise: (i, { positional: [items] }) => {
      const all = i.iterate(items ?? NONE)
      return new ListValue(all.slice(1).map((item, at) => tuple([all[at] ?? NONE, item])))
    },
  }),
])
