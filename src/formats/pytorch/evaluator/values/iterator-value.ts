import type { PyValue } from './py-value.ts'

/** A Python iterator: one shared object with a position, which whoever takes from it moves on. */
export class IteratorValue {
  readonly kind = 'iterator'
  readonly #source: Iterator<PyValue>
  #isRunning = false
  /** What a generator function returned at its end: the value of a `yield from` it. */
  returned: PyValue | undefined

  constructor(source: Iterable<PyValue>) {
    this.#source = source[Symbol.iterator]()
  }

  /** Whether its next item is being made at this moment, which must not ask for that item again. */
  get isRunning(): boolean {
    return this.#isRunning
  }

  /** The next item; undefined when it is used up. */
  next(): PyValue | undefined {
    this.#isRunning = true
    try {
      const { done, value } = this.#source.next()
      return done ? undefined : value
    } finally {
      this.#isRunning = false
    }
  }
}
