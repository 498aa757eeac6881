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
export function shallowCopy(value: PyValue): PyValue {
  switch (value.kind) {
    case 'list':
      return new ListValue(value.items)
    case 'dict':
      return new DictValue(value.entries(), value.factory)
    case 'set':
      return new SetValue(value.items)
    case 'instance':
      return new InstanceValue(value.class, new Map(value.attributes))
    default:
      return value
  }
}

/** `copy.deepcopy`: what is shared inside stays shared in the copy. */
export function deepCopy(value: PyValue, done = new Map<PyValue, PyValue>()): PyValue {
  const known = done.get(value)
  if (known) return known
  switch (value.kind) {
    case 'list': {
      const copy = new ListValue()
      done.set(value, copy)
      copy.extend(value.items.map((item) => deepCopy(item, done)))
      return copy
    }
    case 'tuple':
      return { ...value, items: value.items.map((item) => deepCopy(item, done)) }
    case 'dict': {
      const copy = new DictValue([], value.factory)
      done.set(value, copy)
      for (const [key, item] of value.entries()) copy.set(key, deepCopy(item, done))
      return copy
    }
    case 'instance': {
      const copy = new InstanceValue(value.class)
      done.set(value, copy)
      for (const [name, item] of value.attributes) copy.attributes.set(name, deepCopy(item, done))
      return copy
    }
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
    copy: (_, { positional: [value] }) => shallowCopy(value ?? NONE),
    deepcopy: (_, { positional: [value] }) => deepCopy(value ?? NONE),
  }),
)
