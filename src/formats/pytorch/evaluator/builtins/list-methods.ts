import { concrete } from '../decisions.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { extendList } from '../interpreter/list-extension.ts'
import { asIndex } from '../numbers/indices.ts'
import { pythonError } from '../python-error.ts'
import {
  type CallArguments,
  int,
  ListValue,
  type NativeFunction,
  NONE,
  type PyValue,
} from '../values/index.ts'
import { named } from './arguments.ts'
import { sortedItems } from './sorting.ts'

function self({ positional: [list] }: CallArguments): ListValue {
  if (list?.kind === 'list') return list
  throw pythonError('TypeError', 'a list is needed')
}

const indexOf = (i: Interpreter, items: readonly PyValue[], wanted: PyValue): number =>
  items.findIndex((item) => item === wanted || i.equals(item, wanted))

/** Items that move up or down by one place: many at once. */
const shift = (i: Interpreter, count: number): void =>
  i.session.budget.step(Math.max(0, Math.ceil(count / 64)))

export const LIST_METHODS: Readonly<Record<string, NativeFunction['call']>> = {
  append: (_, args) => {
    self(args).items.push(named('append', ['self', 'item'], args).item)
    return NONE
  },
  extend: (i, args) => {
    const { items } = named('extend', ['self', 'items'], args)
    extendList(i, self(args), items)
    return NONE
  },
  insert: (i, args) => {
    const { index, item } = named('insert', ['self', 'index', 'item'], args)
    shift(i, self(args).items.length)
    self(args).items.splice(concrete(i.session, asIndex(i, index).value), 0, item)
    return NONE
  },
  pop: (i, args) => {
    const { items } = self(args)
    const { index = int(-1) } = named('pop', ['self', 'index?'], args)
    const at = concrete(i.session, asIndex(i, index).value)
    const place = at < 0 ? at + items.length : at
    const removed = items[place]
    if (!removed) throw pythonError('IndexError', 'pop index out of range')
    shift(i, items.length - place)
    items.splice(place, 1)
    return removed
  },
  remove: (i, args) => {
    const { items } = self(args)
    const at = indexOf(i, items, named('remove', ['self', 'item'], args).item)
    if (at < 0) throw pythonError('ValueError', 'list.remove(x): x not in list')
    shift(i, items.length)
    items.splice(at, 1)
    return NONE
  },
  index: (i, args) => {
    const { item, start, stop } = named('index', ['self', 'item', 'start?', 'stop?'], args)
    const { items } = self(args)
    const end = (value: PyValue | undefined, open: number): number => {
      const place = value ? concrete(i.session, asIndex(i, value).value) : open
      return place < 0 ? Math.max(0, place + items.length) : Math.min(place, items.length)
    }
    const from = end(start, 0)
    const found = indexOf(i, items.slice(from, end(stop, items.length)), item)
    const at = found < 0 ? -1 : from + found
    if (at < 0) throw pythonError('ValueError', 'value is not in list')
    return int(at)
  },
  count: (i, args) => {
    const { item } = named('count', ['self', 'item'], args)
    return int(self(args).items.filter((other) => other === item || i.equals(other, item)).length)
  },
  reverse: (i, args) => {
    i.session.budget.step(self(args).items.length)
    self(args).items.reverse()
    return NONE
  },
  sort: (i, args) => {
    const { key, reverse } = named('sort', ['self', 'key?', 'reverse?'], args)
    const { items } = self(args)
    i.session.budget.step(items.length)
    const sorted = sortedItems(i, items, key, reverse)
    for (const [at, item] of sorted.entries()) items[at] = item
    return NONE
  },
  copy: (i, args) => new ListValue(i.iterate(self(args))),
  clear: (_, args) => {
    self(args).items.length = 0
    return NONE
  },
}
