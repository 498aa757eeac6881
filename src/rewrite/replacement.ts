import { type Graph, inferNode, knownIntegers, type Model, type Node, type Value } from '../graph/index.ts'
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
  /** Nodes a body of which returns something finer, which may change their types: the walk has passed them. */
  readonly #owners = new Set<Node>()

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
    if (this.#finer.size > 0 && this.#isConcerned(node)) this.#infer(node, inferNode)
  }

  /** To be called after the walk. */
  finish(): void {
    if (this.#owners.size === 0) return
    this.#finer.clear()
    this.#settle(this.#model.graph)
  }

  /** Infers the owners again, inner before outer, and what follows from them. */
  #settle(graph: Graph): void {
    for (const node of graph.nodes()) {
      for (const body of node.subgraphs) this.#settle(body)
      if (this.#owners.has(node)) this.#infer(node, takesNothing(node) ? inferFromBodies : inferNode)
      else this.follow(node)
    }
  }

  #infer(node: Node, infer: (model: Model, node: Node) => void): void {
    const before = node.outputs.map(({ type, content }) => ({ type, content }))
    infer(this.#model, node)
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

  #note(value: Value): void {
    this.#finer.add(value)
    for (const { owner } of value.outputOf) if (owner) this.#owners.add(owner)
  }
}

/** Branches, whose values do not depend on what they are called with. */
const takesNothing = ({ subgraphs }: Node): boolean => subgraphs.every(({ inputs }) => inputs.length === 0)

/** As `inferNode`, where every value in the bodies is inferred already. */
const inferFromBodies = (model: Model, node: Node): void => inferNode(model, node, undefined, () => undefined)

/** Of a constant inference reads more than content carries: bounds beyond 2^53. */
const isKnownMoreExactly = (by: Value, result: Value): boolean =>
  !isSameType(result, by) || by.isConstant || !isSameContent(knownIntegers(result), knownIntegers(by))

const isSameContent = (a: Value['content'], b: Value['content']): boolean =>
  a === b || (a !== undefined && b !== undefined && isSameDims(a, b))
