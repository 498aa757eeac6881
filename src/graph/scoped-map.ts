/**
 * A map of one graph's scope: it finds what the scopes around it hold too, and adds only to itself. A scope costs nothing but
 * its own entries, however many the outer ones have.
 */
export class ScopedMap<K, V> {
  readonly #outer: ScopedMap<K, V> | undefined
  readonly #own = new Map<K, V>()

  constructor(outer?: ScopedMap<K, V>) {
    this.#outer = outer
  }

  /** The innermost value of a key. */
  get(key: K): V | undefined {
    for (let scope: ScopedMap<K, V> | undefined = this; scope; scope = scope.#outer) {
      const value = scope.#own.get(key)
      if (value !== undefined) return value
    }
    return undefined
  }

  set(key: K, value: V): void {
    this.#own.set(key, value)
  }
}
