import type { Interpreter } from '../interpreter/interpreter.ts'
import { type PyValue, positional } from '../values/index.ts'

/** `sorted(items, key=…, reverse=…)`: stable. */
export function sortedItems(
  i: Interpreter,
  items: readonly PyValue[],
  key: PyValue | undefined,
  reverse: PyValue | undefined,
): PyValue[] {
  i.session.budget.step(items.length * Math.ceil(Math.log2(items.length + 1)))
  const keyed = items.map((item) => ({
    item,
    key: key && key.kind !== 'none' ? i.call(key, positional(item)) : item,
  }))
  const isReversed = reverse !== undefined && i.truth(reverse)
  keyed.sort((a, b) => {
    if (i.truth(i.compare('<', a.key, b.key))) return isReversed ? 1 : -1
    return i.truth(i.compare('<', b.key, a.key)) ? (isReversed ? -1 : 1) : 0
  })
  return keyed.map(({ item }) => item)
}
