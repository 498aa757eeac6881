import type { Interpreter } from '../interpreter/interpreter.ts'
import {
  DictValue,
  InstanceValue,
  ListValue,
  type NamespaceValue,
  NONE,
  type PyValue,
  SetValue,
} from '../values/index.ts'
import { functions, namespace } from './namespace.ts'

/** `copy.copy` */
export function shallowCopy(i: Interpreter, value: PyValue): PyValue {
  i.session.budget.object()
  switch (value.kind) {
    case 'list':
      return new ListValue(i.iterate(value))
    case 'dict':
      i.session.budget.entries(value.size)
      return shallowDict(value)
    case 'set':
      i.session.budget.entries(value.size)
      return new SetValue(i.iterate(value), value.isFrozen)
    case 'instance':
      return new InstanceValue(value.class, new Map(value.attributes))
    default:
      return value
  }
}

function shallowDict(value: DictValue): DictValue {
  const copy = new DictValue(value.entries(), value.factory)
  copy.attributes = value.attributes && new Map(value.attributes)
  return copy
}

/** `copy.deepcopy`: what is shared inside stays shared in the copy. */
export function deepCopy(i: Interpreter, value: PyValue, done = new Map<PyValue, PyValue>()): PyValue {
  const known = done.get(value)
  if (known) return known
  i.session.budget.object()
  switch (value.kind) {
    case 'list': {
      const copy = new ListValue()
      done.set(value, copy)
      copy.extend(value.items.map((item) => deepCopy(i, item, done)))
      return copy
    }
    case 'tuple': {
      const copy = { ...value, items: value.items.map((item) => deepCopy(i, item, done)) }
      done.set(value, copy)
      return copy
    }
    case 'dict': {
      const copy = new DictValue([], value.factory)
      done.set(value, copy)
      for (const [key, item] of value.entries()) copy.set(key, deepCopy(i, item, done))
      if (value.attributes) {
        copy.attributes = new Map()
        for (const [name, item] of value.attributes) copy.attributes.set(name, deepCopy(i, item, done))
      }
      return copy
    }
    case 'instance': {
      const copy = new InstanceValue(value.class)
      done.set(value, copy)
      for (const [name, item] of value.attributes) copy.attributes.set(name, deepCopy(i, item, done))
      return copy
    }
    case 'method':
      // As in Python, a copied object's own method is the copy's: hooks of a cloned layer look at the clone.
      return value.callee.kind === 'function' ? { ...value, self: deepCopy(i, value.self, done) } : value
    case 'tensor': {
      const copy = value.detached()
      done.set(value, copy)
      return copy
    }
    default:
      return value
  }
}

export const COPY: NamespaceValue = namespace(
  'copy',
  functions({
    copy: (i, { positional: [value = NONE] }) => shallowCopy(i, value),
    deepcopy: (i, { positional: [value = NONE] }) => deepCopy(i, value),
  }),
)
