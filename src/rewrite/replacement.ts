import {
  type Graph,
  inferGraph,
  inferNode,
  knownIntegers,
  type Model,
  type Node,
  type Value,
} from '../graph/index.ts'
import { areEqualTypes, isSameDims, isSameType } from './match/types.ts'

/**
 * Replaces values during one walk over a model, and infers again what follows from one that is now known more exactly: a
 * folded constant tells the integers of a shape, the branch that is taken has dims where two branches had none.
 *
 * @example
 * const replacement = new Replacement(model)
 * for (const node of model.graph.allNodes()) {
 *   replacement.follow(node)
 *   const source = passedOn(node)
 *   if (source) replacement.replace(node.output, source)
 * }
 * replacement.finish()
 */
export class Replacement {
  readonly #model: Model
  readonly #finer = new Set<Value>()
  /** What a body returns may change the types of the node that owns it, which the walk has passed. */
  #isReturned = false

  constructor(model: Model) {
    this.#model = model
  }

  /** Makes every reader of a result read another value. */
  replace(result: Value, by: Value): void {
    const isFiner = isKnownMoreExactly(by, result)
    result.replaceUsesWith(by)
    if (isFiner) this.#note(by)
  }

  /** Infers a node again whose inputs are known more exactly. To be called in order. */
  follow(node: Node): void {
    if (this.#finer.size === 0) return
    if (!this.#isConcerned(node)) return
    const before = node.outputs.map(({ type, content }) => ({ type, content }))
    inferNode(this.#model, node)
    node.outputs.forEach((output, index) => {
      const old = before[index]
      if (old && areEqualTypes(output.type, old.type) && isSameContent(output.content, old.content)) return
      this.#note(output)
    })
  }

  /** Whether the node, or one in a body of it, reads what is known more exactly. */
  #isConcerned({ inputs, subgraphs }: Node): boolean {
    if (inputs.some((input) => input && this.#finer.has(input))) return true
    return subgraphs.some((body) => this.#isRead(body))
  }

  #isRead(body: Graph): boolean {
    for (const node of body.nodes()) if (this.#isConcerned(node)) return true
    return body.outputs.some(({ value }) => this.#finer.has(value))
  }

  /** To be called after the walk. */
  finish(): void {
    if (this.#isReturned) inferGraph(this.#model)
  }

  #note(value: Value): void {
    this.#finer.add(value)
    if (value.outputOf.some(({ owner }) => owner)) this.#isReturned = true
  }
}

/** Of a constant inference reads more than content carries: bounds beyond 2^53. */
const isKnownMoreExactly = (by: Value, result: Value): boolean =>
  !isSameType(result, by) || by.isConstant || !isSameContent(knownIntegers(result), knownIntegers(by))

const isSameContent = (a: Value['content'], b: Value['content']): boolean =>
  a === b || (a !== undefined && b !== undefined && isSameDims(a, b))
