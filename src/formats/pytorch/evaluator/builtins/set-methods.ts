import { pythonError } from '../python-error.ts'
import { bool, type CallArguments, type NativeFunction, NONE, SetValue } from '../values/index.ts'
import { named } from './arguments.ts'

function self({ positional: [value] }: CallArguments): SetValue {
  if (value?.kind === 'set') return value
  throw pythonError('TypeError', 'a set is needed')
}

export const SET_METHODS: Readonly<Record<string, NativeFunction['call']>> = {
  add: (_, args) => {
    self(args).add(named('add', ['self', 'item'], args).item)
    return NONE
  },
  discard: (_, args) => {
    self(args).delete(named('discard', ['self', 'item'], args).item)
    return NONE
  },
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
  issubset: (i, args) => {
    const others = new SetValue(i.iterate(named('issubset', ['self', 'other'], args).other))
    return bool(i.iterate(self(args)).every((item) => others.has(item)))
  },
}
