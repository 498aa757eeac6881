import type { Graph } from '../../../../graph/index.ts'
import { named } from '../builtins/arguments.ts'
import { concrete } from '../decisions.ts'
import { countKey } from '../interpreter/dynamic-keys.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { asIndex } from '../numbers/indices.ts'
import { pythonError } from '../python-error.ts'
import {
  type CallArguments,
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
