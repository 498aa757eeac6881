import type { ClassValue } from './class-value.ts'
import { keyOf } from './keys.ts'
import type { PyValue } from './py-value.ts'

/** A list: mutable and shared, as in Python. */
export class ListValue {
  readonly kind = 'list'
  readonly items: PyValue[]

  constructor(items: readonly PyValue[] = []) {
    this.items = [...items]
  }

  /** One by one: as arguments of one call, many items would overflow the stack. */
  extend(items: readonly PyValue[]): void {
    for (const item of items) this.items.push(item)
  }
}

export interface TupleValue {
  readonly kind: 'tuple'
  readonly items: readonly PyValue[]
  /** Field names of a NamedTuple. */
  readonly fields?: readonly string[] | undefined
  /** Name of the NamedTuple's class, or of a tuple subclass such as `torch.Size`. */
  readonly typeName?: string | undefined
  /** The class of a NamedTuple that has one: its methods are the tuple's. */
  readonly class?: ClassValue | undefined
}

export const tuple = (items: readonly PyValue[]): TupleValue => ({ kind: 'tuple', items })

/** `torch.Size`: a tuple that also counts its elements. */
export const sizeTuple = (items: readonly PyValue[]): TupleValue => ({
  kind: 'tuple',
  items,
  typeName: 'Size',
})

/** A dict in insertion order. Keys compare as in Python: `1`, `1.0` and `True` are one key. */
export class DictValue {
  readonly kind = 'dict'
  readonly #entries = new Map<string, readonly [key: PyValue, value: PyValue]>()
  #changes = 0
  /** Of an OrderedDict, which has attributes as well: a state dict carries `_metadata`. */
  attributes: Map<string, PyValue> | undefined
  /** What a `defaultdict` calls for a missing key. */
  readonly factory: PyValue | undefined
  /** An OrderedDict, which torch tells from a plain dict. */
  isOrdered = false

  constructor(entries: Iterable<readonly [PyValue, PyValue]> = [], factory?: PyValue) {
    this.factory = factory
    for (const [key, value] of entries) this.set(key, value)
  }

  get size(): number {
    return this.#entries.size
  }

  /** How often a key came or went: an iteration sees whether it is still valid. */
  get changes(): number {
    return this.#changes
  }

  get(key: PyValue): PyValue | undefined {
    return this.#entries.get(keyOf(key))?.[1]
  }

  has(key: PyValue): boolean {
    return this.#entries.has(keyOf(key))
  }

  set(key: PyValue, value: PyValue): void {
    const id = keyOf(key)
    const known = this.#entries.get(id)
    if (!known) this.#changes++
    this.#entries.set(id, [known?.[0] ?? key, value])
  }

  delete(key: PyValue): boolean {
    const isGone = this.#entries.delete(keyOf(key))
    if (isGone) this.#changes++
    return isGone
  }

  clear(): void {
    this.#changes++
    this.#entries.clear()
  }

  getText(key: string): PyValue | undefined {
    return this.get({ kind: 'str', value: key })
  }

  setText(key: string, value: PyValue): void {
    this.set({ kind: 'str', value: key }, value)
  }

  entries(): (readonly [PyValue, PyValue])[] {
    return [...this.#entries.values()]
  }

  keys(): PyValue[] {
    return this.entries().map(([key]) => key)
  }

  values(): PyValue[] {
    return this.entries().map(([, value]) => value)
  }
}

/** `dict.keys()`, `.values()` and `.items()`: what the dict holds whenever one looks. */
export class DictView {
  readonly kind = 'view'
  readonly dict: DictValue
  readonly part: 'keys' | 'values' | 'items'

  constructor(dict: DictValue, part: DictView['part']) {
    this.dict = dict
    this.part = part
  }

  get size(): number {
    return this.dict.size
  }

  get items(): readonly PyValue[] {
    return this.part === 'items' ? this.dict.entries().map(tuple) : this.dict[this.part]()
  }
}

/** A set, in insertion order. */
export class SetValue {
  readonly kind = 'set'
  /** A `frozenset`, which may be a key itself. */
  readonly isFrozen: boolean
  readonly #items: DictValue

  constructor(items: Iterable<PyValue> = [], isFrozen = false) {
    this.isFrozen = isFrozen
    this.#items = new DictValue()
    for (const item of items) this.add(item)
  }

  get items(): readonly PyValue[] {
    return this.#items.keys()
  }

  get size(): number {
    return this.#items.size
  }

  get changes(): number {
    return this.#items.changes
  }

  has(item: PyValue): boolean {
    return this.#items.has(item)
  }

  add(item: PyValue): void {
    this.#items.set(item, item)
  }

  delete(item: PyValue): boolean {
    return this.#items.delete(item)
  }
}
