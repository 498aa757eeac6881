import type { Dim } from '../../../../graph/index.ts'
import { memberNamed } from '../classes/enums.ts'
import { concrete } from '../decisions.ts'
import { indexOf } from '../numbers/indices.ts'
import { keyError, pythonError } from '../python-error.ts'
import {
  type DictValue,
  int,
  ListValue,
  type PyValue,
  positional,
  type RangeValue,
  type SliceValue,
  str,
  typeName,
} from '../values/index.ts'
import { settledKey } from './dynamic-keys.ts'
import type { Interpreter } from './interpreter.ts'
import { rangeItem, rangeLength, rangeSlice } from './ranges.ts'
import { isUndecided } from './unknown-imports.ts'

/** `object[index]` */
export function getItem(i: Interpreter, object: PyValue, index: PyValue): PyValue {
  switch (object.kind) {
    case 'tensor':
      return i.operator('__getitem__', [object, index])
    case 'list':
      return index.kind === 'slice'
        ? new ListValue(sliced(i, object.items, index))
        : itemAt(i, object.items, index)
    case 'tuple':
      if (index.kind !== 'slice') return itemAt(i, object.items, index)
      return { kind: 'tuple', items: sliced(i, object.items, index), typeName: sizeName(object.typeName) }
    case 'str':
      return textPart(i, object.value, index)
    case 'dict':
      return entryOf(i, object, settledKey(i, object, index))
    case 'bytes':
      return bytesPart(i, object.value, index)
    case 'range':
      return rangePart(i, object, index)
    case 'type':
      return { ...object, args: index.kind === 'tuple' ? index.items : [index] }
    case 'class':
      return object.role === 'enum' ? memberNamed(i, object, index) : object
    case 'namespace':
      return object
    case 'instance':
      return i.callMethod(object, '__getitem__', index)
    case 'opaque':
      return { kind: 'opaque', reason: 'an item' }
    default:
      throw pythonError('TypeError', `'${typeName(object)}' object is not subscriptable`)
  }
}

/** Characters are code points: where a text has none of two units, its units are they. */
function textPart(i: Interpreter, text: string, index: PyValue): PyValue {
  i.session.budget.reading(text.length)
  const characters = /[\ud800-\udfff]/.test(text) ? [...text] : text
  if (index.kind === 'slice') {
    const { start, step, count } = sliceBounds(i, characters.length, index)
    if (step === 1) {
      const part = characters.slice(start, start + count)
      return str(typeof part === 'string' ? part : part.join(''))
    }
    i.session.budget.step(count)
    return str(Array.from({ length: count }, (_, at) => characters[start + at * step]).join(''))
  }
  const character = characters[position(i, characters.length, index)]
  if (character !== undefined) return str(character)
  throw pythonError('IndexError', 'string index out of range')
}

/** One byte is an int. */
function bytesPart(i: Interpreter, bytes: string, index: PyValue): PyValue {
  i.session.budget.reading(bytes.length)
  if (index.kind === 'slice') return { kind: 'bytes', value: sliced(i, [...bytes], index).join('') }
  const byte = bytes.charCodeAt(position(i, bytes.length, index))
  if (Number.isNaN(byte)) throw pythonError('IndexError', 'index out of range')
  return int(byte)
}

/** An item of a range, or the range of those of a slice. */
function rangePart(i: Interpreter, range: RangeValue, index: PyValue): PyValue {
  const length = rangeLength(i, range)
  if (index.kind === 'slice') return rangeSlice(i, range, sliceBounds(i, length, index))
  const at = position(i, length, index)
  if (at >= 0 && at < length) return rangeItem(i, range, at)
  throw pythonError('IndexError', 'range object index out of range')
}

const sizeName = (name: string | undefined): string | undefined => (name === 'Size' ? name : undefined)

function itemAt(i: Interpreter, items: readonly PyValue[], index: PyValue): PyValue {
  const item = items[position(i, items.length, index)]
  if (item) return item
  throw pythonError('IndexError', 'list index out of range')
}

/** A Python index counted from the front. */
function position(i: Interpreter, length: number, index: PyValue): number {
  const number = indexNumber(i, index)
  return number < 0 ? number + length : number
}

function indexNumber(i: Interpreter, index: PyValue): number {
  const whole = indexOf(i, index)
  if (whole) return concrete(i.session, whole.value)
  throw pythonError('TypeError', `list indices must be integers or slices, not ${typeName(index)}`)
}

/** `items[lower:upper:step]` by Python's rules: ends are clamped, negative ones count from the back. */
export function sliced<T>(i: Interpreter, items: readonly T[], slice: SliceValue): T[] {
  const { start, step, count } = sliceBounds(i, items.length, slice)
  i.session.budget.step(count)
  if (step === 1) return items.slice(start, start + count)
  return sliceIndices(i, items.length, slice).flatMap((index) => items.slice(index, index + 1))
}

function sliceIndices(i: Interpreter, length: number, slice: SliceValue): number[] {
  const { start, step, count } = sliceBounds(i, length, slice)
  return Array.from({ length: count }, (_, index) => start + index * step)
}

/** As `slice.indices(length)`: `start` is where an assignment to an empty slice inserts. */
function sliceBounds(i: Interpreter, length: number, slice: SliceValue) {
  const step = endOf(i, slice.step.kind === 'none' ? 1 : slice.step.value)
  if (step === 0) throw pythonError('ValueError', 'slice step cannot be zero')
  const [first, last] = step > 0 ? [0, length] : [length - 1, -1]
  const bound = (end: SliceValue['lower'], open: number): number => {
    if (end.kind === 'none') return open
    const number = endOf(i, end.value)
    const normal = number < 0 ? number + length : number
    return step > 0 ? Math.min(Math.max(normal, 0), length) : Math.min(Math.max(normal, -1), length - 1)
  }
  const start = bound(slice.lower, first)
  const stop = bound(slice.upper, last)
  return { start, stop, step, count: Math.max(0, Math.ceil((stop - start) / step)) }
}

const endOf = (i: Interpreter, dim: Dim): number => concrete(i.session, dim)

function entryOf(i: Interpreter, dict: DictValue, key: PyValue): PyValue {
  const found = dict.get(key)
  if (found) return found
  if (!dict.factory) throw keyError(key, i.repr(key))
  const made = i.call(dict.factory, positional())
  dict.set(key, made)
  return made
}

/** `object[index] = value` */
export function setItem(i: Interpreter, object: PyValue, index: PyValue, value: PyValue): void {
  switch (object.kind) {
    case 'tensor':
      i.operator('__setitem__', [object, index, value])
      return
    case 'dict':
      object.set(isUndecided(index) ? index : settledKey(i, object, index), value)
      return
    case 'list':
      setListItem(i, object, index, value)
      return
    case 'instance':
      i.callMethod(object, '__setitem__', index, value)
      return
    case 'opaque':
      return
    default:
      throw pythonError('TypeError', `'${typeName(object)}' object does not support item assignment`)
  }
}

function setListItem(i: Interpreter, list: ListValue, index: PyValue, value: PyValue): void {
  if (index.kind === 'slice') {
    setListSlice(i, list, index, value)
    return
  }
  const at = position(i, list.items.length, index)
  if (at < 0 || at >= list.items.length) throw pythonError('IndexError', 'list assignment index out of range')
  list.items[at] = value
}

function setListSlice(i: Interpreter, list: ListValue, slice: SliceValue, value: PyValue): void {
  const { items } = list
  const given = [...i.iterate(value)]
  const { start, step, count } = sliceBounds(i, items.length, slice)
  i.session.budget.step(items.length)
  if (step === 1) {
    const rest = items.slice(start + count)
    items.length = start
    list.extend(given)
    list.extend(rest)
    return
  }
  if (given.length !== count) {
    throw pythonError(
      'ValueError',
      `attempt to assign sequence of size ${given.length} to extended slice of size ${count}`,
    )
  }
  for (const [at, item] of given.entries()) items[start + at * step] = item
}

export function deleteItem(i: Interpreter, object: PyValue, index: PyValue): void {
  if (object.kind === 'dict') {
    if (!object.delete(settledKey(i, object, index))) throw keyError(index, i.repr(index))
  } else if (object.kind === 'list' && index.kind === 'slice') {
    const doomed = new Set(sliceIndices(i, object.items.length, index))
    i.session.budget.step(object.items.length)
    const kept = object.items.filter((_, at) => !doomed.has(at))
    object.items.length = 0
    object.extend(kept)
  } else if (object.kind === 'list') {
    const at = position(i, object.items.length, index)
    if (at < 0 || at >= object.items.length)
      throw pythonError('IndexError', 'list assignment index out of range')
    object.items.splice(at, 1)
  } else if (object.kind === 'instance') {
    i.callMethod(object, '__delitem__', index)
  } else {
    throw pythonError('TypeError', `'${typeName(object)}' object does not support item deletion`)
  }
}
