import { type NativeFunction, native } from '../values/index.ts'
import { DICT_METHODS } from './dict-methods.ts'
import { ITERATOR_METHODS } from './iterator-methods.ts'
import { LIST_METHODS } from './list-methods.ts'
import { SET_METHODS } from './set-methods.ts'
import { STRING_METHODS } from './string-methods.ts'
import { TUPLE_METHODS } from './tuple-methods.ts'

type MethodTable = Readonly<Record<string, NativeFunction['call']>>

const table = (methods: MethodTable): ReadonlyMap<string, NativeFunction> =>
  new Map(Object.entries(methods).map(([name, call]) => [name, native(name, call)]))

/** Methods of built-in values: kind → name → function that takes the value first. */
export const METHODS: ReadonlyMap<string, ReadonlyMap<string, NativeFunction>> = new Map([
  ['iterator', table(ITERATOR_METHODS)],
  ['list', table(LIST_METHODS)],
  ['dict', table(DICT_METHODS)],
  ['set', table(SET_METHODS)],
  ['str', table(STRING_METHODS)],
  ['tuple', table(TUPLE_METHODS)],
])
