import type { Interpreter } from '../interpreter/interpreter.ts'
import { type NativeFunction, native, type PyValue } from '../values/index.ts'
import { BYTES_METHODS } from './bytes-methods.ts'
import { DICT_METHODS } from './dict-methods.ts'
import { ITERATOR_METHODS } from './iterator-methods.ts'
import { LIST_METHODS } from './list-methods.ts'
import { FLOAT_METHODS, INT_METHODS } from './number-methods.ts'
import { RANGE_METHODS } from './range-methods.ts'
import { SET_METHODS } from './set-methods.ts'
import { STRING_METHODS } from './string-methods.ts'
import { TUPLE_METHODS } from './tuple-methods.ts'

type MethodTable = Readonly<Record<string, NativeFunction['call']>>

/** Methods whose work does not grow with the value, or that count it themselves. */
const QUICK: ReadonlySet<string> = new Set([
  ...['append', 'extend', 'insert', 'pop', 'get', 'setdefault', 'keys', 'values', 'items', 'add', 'discard'],
  ...['__iter__', '__next__'],
])

/** Every other method may look at all of the value, and is counted as if it did. */
function counted(name: string, call: NativeFunction['call']): NativeFunction['call'] {
  if (QUICK.has(name)) return call
  return (i, args) => {
    const [self] = args.positional
    if (self) countSize(i, self)
    return call(i, args)
  }
}

function countSize(i: Interpreter, value: PyValue): void {
  const { budget } = i.session
  if (value.kind === 'str') budget.reading(value.value.length)
  else if (value.kind === 'list' || value.kind === 'tuple') budget.step(value.items.length)
  else if (value.kind === 'dict' || value.kind === 'set') budget.entries(value.size)
}

const table = (methods: MethodTable): ReadonlyMap<string, NativeFunction> =>
  new Map(Object.entries(methods).map(([name, call]) => [name, native(name, counted(name, call))]))

/** Methods of built-in values: kind → name → function that takes the value first. */
export const METHODS: ReadonlyMap<string, ReadonlyMap<string, NativeFunction>> = new Map([
  ['iterator', table(ITERATOR_METHODS)],
  ['list', table(LIST_METHODS)],
  ['dict', table(DICT_METHODS)],
  ['set', table(SET_METHODS)],
  ['str', table(STRING_METHODS)],
  ['tuple', table(TUPLE_METHODS)],
  ['range', table(RANGE_METHODS)],
  ['bytes', table(BYTES_METHODS)],
  ['int', table(INT_METHODS)],
  ['bool', table(INT_METHODS)],
  ['float', table(FLOAT_METHODS)],
])
