import { ModelError } from '../../../errors/index.ts'

/** Lines named for each operator; more would hide the list's end. */
const MAX_PLACES = 3

/** Operators without a conversion, gathered while evaluation goes on, so that one error can name them all. */
export class UnsupportedOperators {
  readonly #places = new Map<string, string[]>()

  /** @param place `net.py:12` */
  add(operator: string, place: string): void {
    const places = this.#places.get(operator) ?? []
    this.#places.set(operator, places)
    if (place !== '' && !places.includes(place)) places.push(place)
  }

  get isEmpty(): boolean {
    return this.#places.size === 0
  }

  /** @throws ModelError UNSUPPORTED_OPERATOR when there are any. */
  check(): void {
    if (!this.isEmpty) throw this.error()
  }

  error(): ModelError {
    const names = [...this.#places].map(([operator, places]) => {
      const more = places.length > MAX_PLACES ? ` and ${places.length - MAX_PLACES} more` : ''
      return places.length === 0 ? operator : `${operator} (${places.slice(0, MAX_PLACES).join(', ')}${more})`
    })
    const isOne = names.length === 1
    const them = isOne ? 'it' : 'them'
    return new ModelError('UNSUPPORTED_OPERATOR', {
      what: `${isOne ? 'An operator has' : `${names.length} operators have`} no conversion: ${names.join('; ')}`,
      next: `Replace ${them} in the model by operators that convert, or open an issue that names ${them}`,
    })
  }
}
