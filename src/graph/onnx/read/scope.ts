import { nearest } from '../../../errors/index.ts'
import type { Value } from '../../value.ts'
import type { ReadContext } from './context.ts'

/** A guess is worth only so much work: names of a hostile file may be long, and many. */
const COMPARED_LENGTH = 100
const COMPARED_NAMES = 10_000

/**
 * Names of one graph of a file. A subgraph sees the names of the graphs around it; a function's body sees only its own.
 * A name may stand for an input that a call leaves out.
 */
export class Scope {
  readonly #context: ReadContext
  readonly #outer: Scope | undefined
  readonly #values = new Map<string, Value | undefined>()

  constructor(context: ReadContext, outer?: Scope) {
    this.#context = context
    this.#outer = outer
  }

  /** @throws ModelError INVALID_GRAPH when the name is taken in this graph. */
  define(name: string, value: Value | undefined, node?: string): void {
    if (this.#values.has(name))
      throw this.#context.invalid(`The name ${name} is defined twice in one graph`, node, {
        why: 'Every value of a graph has a name of its own',
      })
    this.#values.set(name, value)
  }

  /** Whether this graph itself defines the name. */
  has(name: string): boolean {
    return this.#values.has(name)
  }

  /**
   * The value of that name here or in a graph around; undefined for '' and for inputs left out.
   * @throws ModelError INVALID_GRAPH when there is none.
   */
  resolve(name: string, reader: string): Value | undefined {
    if (name === '') return undefined
    for (let scope: Scope | undefined = this; scope; scope = scope.#outer) {
      if (scope.#values.has(name)) return scope.#values.get(name)
    }
    const guess = name.length > COMPARED_LENGTH ? undefined : nearest(name, this.#comparable())
    throw this.#context.invalid(`${reader} reads ${name}, which nothing defines`, undefined, {
      ...(guess === undefined ? {} : { why: `The nearest name is ${guess}` }),
      next: 'Export the model again: the file is not a valid ONNX graph',
    })
  }

  *#comparable(): Generator<string> {
    let count = 0
    for (const name of this.#values.keys()) {
      if (count++ >= COMPARED_NAMES) return
      if (name.length <= COMPARED_LENGTH) yield name
    }
  }
}
