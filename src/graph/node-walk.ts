import type { Graph } from './graph.ts'
import type { Node } from './node.ts'

/**
 * Nodes one by one, where `next` leads. Passes spend their time on walks, and written out they cost a fraction of what
 * generators do.
 */
export class NodeWalk implements IterableIterator<Node> {
  #upcoming: Node | undefined
  #current: Node | undefined
  readonly #next: (node: Node) => Node | undefined

  constructor(first: Node | undefined, next: (node: Node) => Node | undefined) {
    this.#upcoming = first
    this.#next = next
  }

  [Symbol.iterator](): this {
    return this
  }

  /** Where the walk leads is asked only now: the graph may have changed since the last node. */
  next(): IteratorResult<Node, undefined> {
    if (this.#current) this.#upcoming = this.#next(this.#current)
    this.#current = this.#upcoming
    return this.#current ? { done: false, value: this.#current } : END
  }
}

/** A walk that goes through the subgraphs of each node before it goes on. */
export class DeepWalk implements IterableIterator<Node> {
  readonly #nodes: NodeWalk
  /** Its subgraphs come next. */
  #owner: Node | undefined
  #bodies: readonly Graph[] = []
  #inner: DeepWalk | undefined

  constructor(nodes: NodeWalk) {
    this.#nodes = nodes
  }

  [Symbol.iterator](): this {
    return this
  }

  next(): IteratorResult<Node, undefined> {
    if (this.#owner) this.#bodies = this.#owner.subgraphs
    this.#owner = undefined
    if (this.#inner || this.#bodies.length > 0) {
      const within = this.#nextWithin()
      if (!within.done) return within
    }
    const step = this.#nodes.next()
    this.#owner = step.value
    return step
  }

  #nextWithin(): IteratorResult<Node, undefined> {
    while (this.#inner || this.#bodies.length > 0) {
      const step = this.#inner?.next() ?? END
      if (!step.done) return step
      const [body, ...rest] = this.#bodies
      this.#inner = body?.allNodes()
      this.#bodies = rest
    }
    return END
  }
}

const END: IteratorReturnResult<undefined> = { done: true, value: undefined }
