import { ModelError } from '../../../../errors/index.ts'
import { enumMembers } from '../classes/enums.ts'
import { concrete } from '../decisions.ts'
import { PythonError, pythonError } from '../python-error.ts'
import {
  type DictView,
  type InstanceValue,
  IteratorValue,
  int,
  type PyValue,
  positional,
  type RangeValue,
  str,
  type TensorHandle,
  tuple,
  typeName,
} from '../values/index.ts'
import type { Interpreter } from './interpreter.ts'
import { rangeItem, rangeLength } from './ranges.ts'
import { unknownUse } from './unknown-imports.ts'

/** All items of an iterable. Loops are unrolled: a bound that stems from a dynamic dim is taken at its hint, as a guard. */
export function iterate(i: Interpreter, value: PyValue): readonly PyValue[] {
  switch (value.kind) {
    case 'iterator':
      return [...remaining(i, value)]
    case 'list':
    case 'set':
    case 'tuple':
      return counted(i, [...value.items])
    case 'dict':
      return counted(i, value.keys())
    case 'view':
      return counted(i, value.items)
    case 'str':
      i.session.budget.step(value.value.length)
      return [...value.value].map(str)
    case 'bytes':
      i.session.budget.step(value.value.length)
      return [...value.value].map((byte) => int(byte.charCodeAt(0)))
    case 'range':
      return rangeItems(i, value)
    case 'tensor':
      return tensorItems(i, value)
    case 'instance':
      return [...remaining(i, instanceIterator(i, value))]
    case 'class':
      if (value.role === 'enum') return enumMembers(value)
      break
    case 'opaque':
      if (i.session.isProbing) return []
      throw i.session.unsupported.error()
    case 'namespace':
      if (value.isUnknown || value.isOpen) throw unknownUse(value.name)
      if (value.isInert) return []
      break
    default:
  }
  throw pythonError('TypeError', `'${typeName(value)}' object is not iterable`)
}

function counted(i: Interpreter, items: readonly PyValue[]): readonly PyValue[] {
  i.session.budget.step(items.length)
  return items
}

function rangeItems(i: Interpreter, range: RangeValue): PyValue[] {
  const count = rangeLength(i, range)
  i.session.budget.step(count)
  return Array.from({ length: count }, (_, index) => rangeItem(i, range, index))
}

/** One after the other: a loop may end long before its range does. */
function* rangeSteps(i: Interpreter, range: RangeValue): Generator<PyValue> {
  const count = rangeLength(i, range)
  for (let index = 0; index < count; index++) yield rangeItem(i, range, index)
}

/** A tensor's slices along its first dim. */
function tensorItems(i: Interpreter, tensor: TensorHandle): PyValue[] {
  const [first] = tensor.dims
  if (first === undefined) throw pythonError('TypeError', 'iteration over a 0-d tensor')
  const count = concrete(i.session, first)
  i.session.budget.step(count)
  return Array.from({ length: count }, (_, index) => i.operator('select', [tensor, int(0), int(index)]))
}

/** Items one at a time, as a loop takes them: it sees what its own body does to the list or to the iterator. */
export function items(i: Interpreter, value: PyValue): Iterable<PyValue> {
  return STEPWISE.has(value.kind) ? remaining(i, iteratorOf(i, value)) : i.iterate(value)
}

/** Kinds whose items may change, or cost something, between one and the next. */
const STEPWISE: ReadonlySet<PyValue['kind']> = new Set([
  'iterator',
  'range',
  'list',
  'dict',
  'view',
  'set',
  'instance',
])

/** `iter(value)` */
export function iteratorOf(i: Interpreter, value: PyValue): IteratorValue {
  switch (value.kind) {
    case 'iterator':
      return value
    case 'list':
      return new IteratorValue(value.items)
    case 'range':
      return new IteratorValue(rangeSteps(i, value))
    case 'dict':
      return new IteratorValue(whileUnchanged(value.keys(), 'dictionary', value, stateOf(value)))
    case 'view':
      return new IteratorValue(viewItems(value, stateOf(value.dict)))
    case 'set':
      return new IteratorValue(whileUnchanged(value.items, 'Set', value, stateOf(value)))
    case 'instance':
      return instanceIterator(i, value)
    default:
      return new IteratorValue(i.iterate(value))
  }
}

/** `next(iterator)`; undefined when it is used up. */
export function nextOf(i: Interpreter, iterator: IteratorValue): PyValue | undefined {
  if (iterator.isRunning) throw pythonError('ValueError', 'generator already executing')
  // As much work as some statements.
  i.session.budget.step(4)
  return i.session.budget.nested(() => iterator.next())
}

function* remaining(i: Interpreter, iterator: IteratorValue): Generator<PyValue> {
  for (let item = nextOf(i, iterator); item; item = nextOf(i, iterator)) yield item
}

/** What an iteration finds again, or ends with an error. */
interface Keyed {
  readonly size: number
  readonly changes: number
}

const stateOf = ({ size, changes }: Keyed): Keyed => ({ size, changes })

/** Of a view: values are those of the moment at which they are asked for. */
function* viewItems({ dict, part }: DictView, state: Keyed): Generator<PyValue> {
  for (const key of whileUnchanged(dict.keys(), 'dictionary', dict, state)) {
    const value = dict.get(key)
    if (value) yield part === 'keys' ? key : part === 'values' ? value : tuple([key, value])
  }
}

/**
 * Another size is an error of the program, told when it goes on. Where a key has taken the place of another, what Python
 * goes on with depends on how it keeps them.
 */
function* whileUnchanged(
  found: readonly PyValue[],
  of: string,
  container: Keyed,
  before: Keyed,
): Generator<PyValue> {
  const check = () => {
    if (container.size !== before.size)
      throw pythonError('RuntimeError', `${of} changed size during iteration`)
    if (container.changes !== before.changes) throw replacedKeys(of)
  }
  check()
  for (const item of found) {
    yield item
    check()
  }
}

const replacedKeys = (of: string): ModelError =>
  new ModelError('UNSUPPORTED_CONSTRUCT', {
    what: `The program takes keys out of a ${of.toLowerCase()} and puts others in while it iterates over it`,
    next: 'Iterate over a list of the keys',
  })

function instanceIterator(i: Interpreter, value: InstanceValue): IteratorValue {
  const method = i.findAttribute(value, '__iter__')
  if (method) {
    const made = i.call(method, positional())
    if (made.kind !== 'instance') return iteratorOf(i, made)
    const next = i.findAttribute(made, '__next__')
    if (next) return new IteratorValue(untilRaised(i, 'StopIteration', () => i.call(next, positional())))
    throw pythonError('TypeError', `iter() returned non-iterator of type '${typeName(made)}'`)
  }
  const item = i.findAttribute(value, '__getitem__')
  if (!item) throw pythonError('TypeError', `'${typeName(value)}' object is not iterable`)
  return new IteratorValue(untilRaised(i, 'IndexError', (index) => i.call(item, positional(int(index)))))
}

/** What the calls of a method give, until it raises that exception. */
function* untilRaised(i: Interpreter, stop: string, make: (index: number) => PyValue): Generator<PyValue> {
  for (let index = 0; ; index++) {
    i.session.budget.step()
    let item: PyValue
    try {
      item = make(index)
    } catch (error) {
      if (error instanceof PythonError && error.raised.class.name === stop) return
      throw error
    }
    yield item
  }
}
