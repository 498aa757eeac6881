import { isSymbolic, type SymDim } from '../../dims/index.ts'
import type { Graph } from '../../graph.ts'
import type { Node } from '../../node.ts'
import type { Value } from '../../value.ts'
import type { Builder, InsertionPoint } from '../builder.ts'

/** A tensor that has a dim along an axis. */
export interface Carrier {
  readonly value: Value
  readonly axis: number
}

/**
 * Where sizes can be read in one graph: which tensor has which symbol as a dim (inputs first, then nodes in order), and
 * which int64 value holds which size. Filled as the graph grows, so that each node is looked at once.
 */
class GraphSizes {
  static readonly #records = new WeakMap<Graph, GraphSizes>()

  readonly #graph: Graph
  readonly #carriers = new Map<SymDim, Carrier>()
  readonly #vectors = new Map<SymDim, Value>()
  readonly #scalars = new Map<SymDim, Value>()
  #noted = new WeakSet<Node>()
  #last: Node | undefined

  private constructor(graph: Graph) {
    this.#graph = graph
  }

  static of(graph: Graph): GraphSizes {
    const known = GraphSizes.#records.get(graph)
    if (known) return known
    const record = new GraphSizes(graph)
    GraphSizes.#records.set(graph, record)
    return record
  }

  carrier(dim: SymDim): Carrier | undefined {
    return this.#current(
      () => this.#carriers.get(dim),
      ({ value, axis }) => stands(value) && value.type?.kind === 'tensor' && value.type.dims?.[axis] === dim,
    )
  }

  /** An int64 value of that rank (0 or 1) which holds the size. */
  holder(dim: SymDim, rank: 0 | 1): Value | undefined {
    const holders = rank === 0 ? this.#scalars : this.#vectors
    return this.#current(
      () => holders.get(dim),
      (value) => stands(value) && value.content?.[0] === dim,
    )
  }

  /** What was noted, if it still holds; else what a second look at the whole graph finds. */
  #current<T>(find: () => T | undefined, holds: (found: T) => boolean): T | undefined {
    this.#refresh()
    const found = find()
    if (found === undefined || holds(found)) return found
    this.#last = undefined
    this.#refresh()
    const again = find()
    return again !== undefined && holds(again) ? again : undefined
  }

  /** Notes what was inserted in front of a node since the last look. */
  lookBefore(node: Node): void {
    this.#refresh()
    const inserted: Node[] = []
    for (let at = node.previous; at && !this.#noted.has(at); at = at.previous) inserted.push(at)
    for (const made of inserted.reverse()) this.#noteNode(made)
  }

  #refresh(): void {
    if (!this.#last?.attached) {
      this.#last = undefined
      this.#noted = new WeakSet()
      this.#carriers.clear()
      this.#vectors.clear()
      this.#scalars.clear()
      for (const input of this.#graph.inputs) this.#note(input)
    }
    for (const node of this.#graph.nodes(this.#last)) {
      this.#noteNode(node)
      this.#last = node
    }
  }

  #noteNode(node: Node): void {
    this.#noted.add(node)
    for (const output of node.outputs) this.#note(output)
  }

  #note(value: Value): void {
    if (value.type?.kind !== 'tensor') return
    value.type.dims?.forEach((dim, axis) => {
      if (isSymbolic(dim) && !this.#carriers.has(dim)) this.#carriers.set(dim, { value, axis })
    })
    const [only, more] = value.content ?? []
    if (only === undefined || more !== undefined || !isSymbolic(only) || value.dtype !== 'int64') return
    const holders = value.rank === 0 ? this.#scalars : this.#vectors
    if (value.rank <= 1 && !holders.has(only)) holders.set(only, value)
  }
}

const stands = (value: Value): boolean => value.producer?.attached !== false

/** What a builder sees: its own graph up to where it inserts, then the graphs around it up to where they stand. */
export function* visibleScopes(b: Builder): Generator<InsertionPoint> {
  let at: InsertionPoint | undefined = b.at
  while (at) {
    yield at
    at = around(b, at)
  }
}

function around(b: Builder, { graph, outer }: InsertionPoint): InsertionPoint | undefined {
  if (graph.owner) return { graph: graph.owner.graph, before: graph.owner }
  if (outer) return outer
  return graph === b.model.graph ? undefined : { graph: b.model.graph }
}

/** The first visible tensor that has exactly this dim. */
export function findCarrier(b: Builder, dim: SymDim): Carrier | undefined {
  return firstVisible(
    b,
    (sizes) => sizes.carrier(dim),
    ({ value }) => value,
  )
}

/** A visible int64 value of that rank which holds the size already. */
export function findHolder(b: Builder, dim: SymDim, rank: 0 | 1): Value | undefined {
  return firstVisible(
    b,
    (sizes) => sizes.holder(dim, rank),
    (value) => value,
  )
}

function firstVisible<T>(
  b: Builder,
  find: (sizes: GraphSizes) => T | undefined,
  readFrom: (found: T) => Value,
): T | undefined {
  for (const { graph, before } of visibleScopes(b)) {
    const sizes = GraphSizes.of(graph)
    if (before) sizes.lookBefore(before)
    const found = find(sizes)
    if (found !== undefined && precedes(readFrom(found), before)) return found
  }
  return undefined
}

/** Whether a value of the same graph is computed before that node. */
function precedes({ producer }: Value, before: Node | undefined): boolean {
  if (!producer || !before) return true
  for (let node = before.previous; node; node = node.previous) if (node === producer) return true
  return false
}
