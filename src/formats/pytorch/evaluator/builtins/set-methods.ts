import { countKey, settledKey } from '../interpreter/dynamic-keys.ts'
import { keyError, pythonError } from '../python-error.ts'
import { bool, type CallArguments, type NativeFunction, NONE, SetValue } from '../values/index.ts'
import { named } from './arguments.ts'

function self({ positional: [value] }: CallArguments): SetValue {
  if (value?.kind === 'set') return value
  throw pythonError('TypeError', 'a set is needed')
}

export const SET_METHODS: Readonly<Record<string, NativeFunction['call']>> = {
  add: (i, args) => {
    const { item } = named('add', ['self', 'item'], args)
    countKey(i, item)
    self(args).add(item)
    return NONE
  },
  discard: (i, args) => {
    const { item } = named('discard', ['self', 'item'], args)
    self(args).delete(settledKey(i, self(args), item))
    return NONE
  },
  remove: (i, args) => {
    const { item } = named('remove', ['self', 'item'], args)
    if (!self(args).delete(settledKey(i, self(args), item))) throw keyError(item, i.repr(item))
    return NONE
  },
  clear: (_, args) => {
    for (const item of self(args).items) self(args).delete(item)
    return NONE
  },
  copy: (_, args) => new SetValue(self(args).items),
  update: (i, args) => {
    for (const item of i.iterate(named('update', ['self', 'items'], args).items)) self(args).add(item)
    return NONE
  },
  union: (i, args) =>
    new SetValue([...i.iterate(self(args)), ...i.iterate(named('union', ['self', 'other'], args).other)]),
  difference: (i, args) => {
    const others = new SetValue(i.iterate(named('difference', ['self', 'other'], args).other))
    return new SetValue(i.iterate(self(args)).filter((item) => !others.has(item)))
  },
  intersection: (i, args) => {
    const others = new SetValue(i.iterate(named('intersection', ['self', 'other'], args).other))
    return new SetValue(i.iterate(self(args)).filter((item) => others.has(item)))
  },
  symmetric_difference: (i, args) => {
    const others = new SetValue(i.iterate(named('symmetric_difference', ['self', 'other'], args).other))
    return i.binary('^', self(args), others)
  },
  isdisjoint: (i, args) => {
    const own = self(args)
    return bool(!i.iterate(named('isdisjoint', ['self', 'other'], args).other).some((item) => own.has(item)))
  },
  issuperset: (i, args) => {
    const own = self(args)
    return bool(i.iterate(named('issuperset', ['self', 'other'], args).other).every((item) => own.has(item)))
  },
  issubset: (i, args) => {
    const others = new SetValue(i.iterate(named('issubset', ['self', 'other'], args).other))
    return bool(i.iterate(self(args)).every((item) => others.has(item)))
  },
}
