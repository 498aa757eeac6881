import { ownAnswer } from '../classes/own-answer.ts'
import { settledKey } from '../interpreter/dynamic-keys.ts'
import { pythonError } from '../python-error.ts'
import {
  bool,
  ClassValue,
  type DictValue,
  dictItems,
  int,
  type NativeFunction,
  NONE,
  native,
  type PyValue,
} from '../values/index.ts'
import { DICT_METHODS, entriesOf } from './dict-methods.ts'

function items(self: PyValue | undefined): DictValue {
  const found = dictItems(self)
  if (found) return found
  throw pythonError('TypeError', 'a dict is needed')
}

/** What syntax calls on a dict: `self[key]`, `key in self`, `len(self)`. */
const PROTOCOL: Readonly<Record<string, NativeFunction['call']>> = {
  __init__: (i, { positional: [self, source], keyword }) => {
    const held = items(self)
    for (const [key, value] of entriesOf(i, source, { positional: [], keyword })) held.set(key, value)
    return NONE
  },
  __getitem__: (i, { positional: [self = NONE, key = NONE] }) => {
    const held = items(self)
    const found = held.get(settledKey(i, held, key))
    return found ?? ownAnswer(i, '__missing__', self, key) ?? i.getItem(held, key)
  },
  __setitem__: (i, { positional: [self, key = NONE, value = NONE] }) => {
    i.setItem(items(self), key, value)
    return NONE
  },
  __delitem__: (i, { positional: [self, key = NONE] }) => {
    i.deleteItem(items(self), key)
    return NONE
  },
  __contains__: (i, { positional: [self, key = NONE] }) => {
    const held = items(self)
    return bool(held.has(settledKey(i, held, key)))
  },
  __len__: (_, { positional: [self] }) => int(items(self).size),
  __iter__: (i, { positional: [self] }) => i.iterator(items(self)),
}

const METHODS: Readonly<Record<string, NativeFunction['call']>> = Object.fromEntries(
  Object.entries(DICT_METHODS).map(([name, call]) => [
    name,
    (i, args) => {
      const [self, ...rest] = args.positional
      return call(i, { ...args, positional: [items(self), ...rest] })
    },
  ]),
)

/** `dict` as a base: `class Config(dict)`, and its methods by name (`__getattr__ = dict.get`). */
export const DICT_CLASS = new ClassValue(
  'dict',
  [],
  new Map(Object.entries({ ...PROTOCOL, ...METHODS }).map(([name, call]) => [name, native(name, call)])),
)
DICT_CLASS.isDict = true
