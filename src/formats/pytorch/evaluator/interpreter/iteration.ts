import { add, sub } from '../../../../graph/index.ts'
import { concrete } from '../decisions.ts'
import { pythonError } from '../python-error.ts'
import {
  int,
  type PyValue,
  positional,
  type RangeValue,
  str,
  type TensorHandle,
  typeName,
} from '../values/index.ts'
import type { Interpreter } from './interpreter.ts'
import { unknownUse } from './unknown-imports.ts'

/** All items of an iterable. Loops are unrolled: a bound that stems from a dynamic dim is taken at its hint, as a guard. */
export function iterate(i: Interpreter, value: PyValue): readonly PyValue[] {
  switch (value.kind) {
    case 'list':
    case 'set':
    case 'tuple':
      return [...value.items]
    case 'dict':
      return value.keys()
    case 'str':
      i.session.budget.step(value.value.length)
      return [...value.value].map(str)
    case 'range':
      return rangeItems(i, value)
    case 'tensor':
      return tensorItems(i, value)
    case 'instance':
      return instanceItems(i, value)
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

function rangeItems(i: Interpreter, { start, stop, step }: RangeValue): PyValue[] {
  const stride = concrete(i.session, step.value)
  if (stride === 0) throw pythonError('ValueError', 'range() arg 3 must not be zero')
  const span = concrete(i.session, sub(stop.value, start.value))
  const count = Math.max(0, Math.ceil(span / stride))
  i.session.budget.step(count)
  return Array.from({ length: count }, (_, index) => int(add(start.value, index * stride)))
}

/** A tensor's slices along its first dim. */
function tensorItems(i: Interpreter, tensor: TensorHandle): PyValue[] {
  const [first] = tensor.dims
  if (first === undefined) throw pythonError('TypeError', 'iteration over a 0-d tensor')
  const count = concrete(i.session, first)
  i.session.budget.step(count)
  return Array.from({ length: count }, (_, index) => i.operator('select', [tensor, int(0), int(index)]))
}

function instanceItems(i: Interpreter, value: Extract<PyValue, { kind: 'instance' }>): readonly PyValue[] {
  const iterator = i.findAttribute(value, '__iter__')
  if (iterator) return i.iterate(i.call(iterator, positional()))
  const length = i.findAttribute(value, '__len__')
  const item = i.findAttribute(value, '__getitem__')
  if (!length || !item) throw pythonError('TypeError', `'${typeName(value)}' object is not iterable`)
  const count = i.call(length, positional())
  const numbers = i.iterate({
    kind: 'range',
    start: int(0),
    stop: count.kind === 'int' ? count : int(0),
    step: int(1),
  })
  return numbers.map((index) => i.call(item, positional(index)))
}

const enumMembers = (of: Extract<PyValue, { kind: 'class' }>): PyValue[] =>
  [...of.attributes.values()].filter((value) => value.kind === 'instance' && value.class === of)
