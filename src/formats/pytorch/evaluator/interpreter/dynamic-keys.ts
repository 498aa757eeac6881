import type { DictValue, PyValue, SetValue, TupleValue } from '../values/index.ts'
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
      return isDynamicTuple(key)
    default:
      return false
  }
}

const dynamicTuples = new WeakMap<TupleValue, boolean>()

/** Each tuple is looked at once, however many hold it. */
function isDynamicTuple(key: TupleValue): boolean {
  const known = dynamicTuples.get(key)
  if (known !== undefined) return known
  const answer = key.items.some(isDynamic)
  dynamicTuples.set(key, answer)
  return answer
}

/** What hashing a key takes. */
export function countKey(i: Interpreter, key: PyValue): void {
  i.session.budget.entries(1)
  if (key.kind === 'str') i.session.budget.reading(key.value.length)
  else if (key.kind === 'tuple') i.session.budget.step(key.items.length)
}

/** Items that are to be hashed, counted. */
export function countedKeys<T extends PyValue>(i: Interpreter, keys: readonly T[]): readonly T[] {
  for (const key of keys) countKey(i, key)
  return keys
}

/** The key to look up: of a dynamic one, the entry it equals at the hints, with a guard for every comparison. */
export function settledKey(i: Interpreter, container: DictValue | SetValue, key: PyValue): PyValue {
  if (isUndecided(key) && !container.has(key)) throw unknownUse(key.name)
  countKey(i, key)
  if (!isDynamic(key) || container.has(key)) return key
  const known = container.kind === 'dict' ? container.keys() : container.items
  return known.find((other) => i.equals(key, other)) ?? key
}
