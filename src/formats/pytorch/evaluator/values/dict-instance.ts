import { InstanceValue } from './class-value.ts'
import { DictValue } from './containers.ts'
import type { PyValue } from './py-value.ts'

/** Where an instance of a class derived from `dict` keeps its items: a name that no program can spell. */
const ITEMS = ' items'

/** The items of a dict, or of an instance of a class derived from it. */
export function dictItems(value: PyValue | undefined): DictValue | undefined {
  if (value?.kind === 'dict') return value
  if (!(value instanceof InstanceValue) || !value.class.mro.some(({ isDict }) => isDict)) return undefined
  const held = value.attributes.get(ITEMS)
  if (held?.kind === 'dict') return held
  const made = new DictValue()
  value.attributes.set(ITEMS, made)
  return made
}
