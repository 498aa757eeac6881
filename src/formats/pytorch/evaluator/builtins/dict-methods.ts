import { countKey, settledKey } from '../interpreter/dynamic-keys.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { keyError, pythonError } from '../python-error.ts'
import {
  type CallArguments,
  DictValue,
  DictView,
  dictItems,
  type NativeFunction,
  NONE,
  type PyValue,
  str,
  tuple,
} from '../values/index.ts'
import { named } from './arguments.ts'

function self({ positional: [value] }: CallArguments): DictValue {
  if (value?.kind === 'dict') return value
  throw pythonError('TypeError', 'a dict is needed')
}

/** What `dict(source, **keyword)` and `update` take. */
export function entriesOf(
  i: Interpreter,
  source: PyValue | undefined,
  args: CallArguments,
): [PyValue, PyValue][] {
  const keywords = [...args.keyword].map(([key, value]): [PyValue, PyValue] => [str(key), value])
  if (!source) return keywords
  const items = dictItems(source)
  if (items) i.session.budget.entries(items.size)
  if (items) return [...items.entries().map(([k, v]): [PyValue, PyValue] => [k, v]), ...keywords]
  const pairs = i.iterate(source).map((pair): [PyValue, PyValue] => {
    const [key, value] = i.iterate(pair)
    if (!key || !value) throw pythonError('ValueError', 'dictionary update sequence needs pairs')
    countKey(i, key)
    return [key, value]
  })
  return [...pairs, ...keywords]
}

export const DICT_METHODS: Readonly<Record<string, NativeFunction['call']>> = {
  keys: (_, args) => new DictView(self(args), 'keys'),
  values: (_, args) => new DictView(self(args), 'values'),
  items: (_, args) => new DictView(self(args), 'items'),
  get: (i, args) => {
    const { key, fallback } = named('get', ['self', 'key', 'fallback?'], args)
    return self(args).get(settledKey(i, self(args), key)) ?? fallback ?? NONE
  },
  pop: (i, args) => {
    const { key: given, fallback } = named('pop', ['self', 'key', 'fallback?'], args)
    const dict = self(args)
    const key = settledKey(i, dict, given)
    const found = dict.get(key) ?? fallback
    if (!found) throw keyError(key, i.repr(key))
    dict.delete(key)
    return found
  },
  popitem: (_, args) => {
    const dict = self(args)
    const last = dict.entries().at(-1)
    if (!last) throw pythonError('KeyError', 'popitem(): dictionary is empty')
    dict.delete(last[0])
    return tuple(last)
  },
  setdefault: (i, args) => {
    const { key: given, fallback = NONE } = named('setdefault', ['self', 'key', 'fallback?'], args)
    const dict = self(args)
    const key = settledKey(i, dict, given)
    if (!dict.has(key)) dict.set(key, fallback)
    return dict.get(key) ?? NONE
  },
  update: (i, args) => {
    for (const [key, value] of entriesOf(i, args.positional[1], args)) self(args).set(key, value)
    return NONE
  },
  copy: (_, args) => {
    const copy = new DictValue(self(args).entries(), self(args).factory)
    // An OrderedDict's copy is one, without the attributes of the original.
    if (self(args).attributes) copy.attributes = new Map()
    return copy
  },
  clear: (_, args) => {
    self(args).clear()
    return NONE
  },
}
