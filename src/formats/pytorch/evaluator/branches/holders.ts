import { Scope } from '../interpreter/scope.ts'
import {
  type ClassValue,
  type DictValue,
  InstanceValue,
  keyOf,
  type ListValue,
  type NamespaceValue,
  type PyValue,
  SetValue,
} from '../values/index.ts'

/** What holds other values, and can be made to hold others. */
export type Holder = Scope | InstanceValue | ClassValue | ListValue | DictValue | SetValue | NamespaceValue

/** What a holder holds, by place: a name, an index, or a key. */
export type Slots = ReadonlyMap<string, Slot>

interface Slot {
  /** Of a dict or a set. */
  readonly key?: PyValue | undefined
  readonly value: PyValue
}

/** @returns Undefined for a holder whose contents nothing in a program changes. */
export function slotsOf(holder: Holder): Slots | undefined {
  if (holder instanceof Scope) return named(holder.names)
  switch (holder.kind) {
    case 'instance':
    case 'class':
      return named(holder.attributes)
    case 'namespace':
      return holder.names && named(holder.names)
    case 'list':
      return new Map(holder.items.map((value, index) => [String(index), { value }]))
    case 'dict':
      return new Map(holder.entries().map(([key, value]) => [keyOf(key), { key, value }]))
    case 'set':
      return new Map(holder.items.map((value) => [keyOf(value), { key: value, value }]))
  }
}

const named = (names: ReadonlyMap<string, PyValue>): Slots =>
  new Map([...names].map(([name, value]) => [name, { value }]))

/** Makes it hold just these. What it holds already is not touched: an iteration may be under way. */
export function putSlots(holder: Holder, slots: Slots): void {
  const held = slotsOf(holder)
  if (!held || sameSlots(held, slots)) return
  if (holder instanceof Scope) {
    putNamed(holder.names, slots)
    return
  }
  switch (holder.kind) {
    case 'instance':
    case 'class':
      putNamed(holder.attributes, slots)
      return
    case 'namespace':
      if (holder.names) putNamed(holder.names, slots)
      return
    case 'list':
      holder.items.length = 0
      for (const { value } of slots.values()) holder.items.push(value)
      return
    case 'dict':
    case 'set':
      putKeyed(holder, held, slots)
  }
}

export function sameSlots(a: Slots, b: Slots): boolean {
  if (a.size !== b.size) return false
  const others = b.entries()
  for (const [place, { value }] of a) {
    const other = others.next().value
    if (!other || other[0] !== place || other[1].value !== value) return false
  }
  return true
}

function putNamed(names: Map<string, PyValue>, slots: Slots): void {
  names.clear()
  for (const [name, { value }] of slots) names.set(name, value)
}

function putKeyed(holder: DictValue | SetValue, held: Slots, slots: Slots): void {
  const isSameKeys = held.size === slots.size && [...slots.keys()].every((key) => held.has(key))
  if (!isSameKeys) for (const { key, value } of held.values()) holder.delete(key ?? value)
  for (const { key, value } of slots.values()) {
    if (holder instanceof SetValue) holder.add(value)
    else holder.set(key ?? value, value)
  }
}

/** As an error names it: `self.count`, `a list`. */
export function slotText(holder: Holder, place: string): string {
  if (holder instanceof Scope) return place
  if (holder instanceof InstanceValue) return `${holder.class.name}.${place}`
  return `an item of a ${holder.kind}`
}
