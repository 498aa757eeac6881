import type { DictValue, PyValue, SetValue } from '../values/index.ts'
import type { Interpreter } from './interpreter.ts'
import { isUndecided, unknownUse } from './unknown-imports.ts'

/** Whether a key stems from a dynamic dim, so that which entry it names depends on the dim's value. */
function isDynamic(key: PyValue): boolean {
  switch (key.kind) {
    case 'int':
      return typeof key.value !== 'number'
    case 'float':
      return key.symbolic !== undefined
    case 'tuple':
      return key.items.some(isDynamic)
    default:
      return false
  }
}

/** The key to look up: of a dynamic one, the entry it equals at the hints, with a guard for every comparison. */
export function settledKey(i: Interpreter, container: DictValue | SetValue, key: PyValue): PyValue {
  if (isUndecided(key) && !container.has(key)) throw unknownUse(key.name)
  if (!isDynamic(key) || container.has(key)) return key
  const known = container.kind === 'dict' ? container.keys() : container.items
  return known.find((other) => i.equals(key, other)) ?? key
}
