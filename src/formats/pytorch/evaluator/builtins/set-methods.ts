import { countKey, settledKey } from '../interpreter/dynamic-keys.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { keyError, pythonError } from '../python-error.ts'
import {
  bool,
  type CallArguments,
  type NativeFunction,
  NONE,
  type PyValue,
  SetValue,
} from '../values/index.ts'
import { named } from './arguments.ts'

function self({ positional: [value] }: CallArguments): SetValue {
  if (value?.kind === 'set') return value
  throw pythonError('TypeError', 'a set is needed')
}

/** A set of the kind that it is made of. */
const made = (args: CallArguments, items: readonly PyValue[]): SetValue =>
  new SetValue(items, self(args).isFrozen)

/** The other arguments, each as a set. */
const setsOf = (i: Interpreter, args: CallArguments): SetValue[] =>
  args.positional.slice(1).map((items) => new SetValue(i.iterate(items)))

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
  copy: (_, args) => made(args, self(args).items),
  update: (i, args) => {
    for (const items of args.positional.slice(1)) for (const item of i.iterate(items)) self(args).add(item)
    return NONE
  },
  union: (i, args) =>
    made(
      args,
      args.positional.flatMap((items) => i.iterate(items)),
    ),
  difference: (i, args) => {
    const others = setsOf(i, args)
    return made(
      args,
      self(args).items.filter((item) => !others.some((other) => other.has(item))),
    )
  },
  intersection: (i, args) => {
    const others = setsOf(i, args)
    return made(
      args,
      self(args).items.filter((item) => others.every((other) => other.has(item))),
    )
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
