import { ModelError } from '../errors/index.ts'
import type { Dim } from './dims/index.ts'
import type { DType } from './dtype.ts'
import type { Graph } from './graph.ts'
import type { Node } from './node.ts'
import type { Tensor } from './tensor.ts'
import { typeText, type ValueType } from './value-type.ts'

/**
 * An edge of the graph: produced by a node, or a graph input, or a constant (then `tensor` is set). It knows its
 * producer, its uses and its type. Names are wishes: the writer makes them unique, and only the names of graph inputs
 * and outputs are kept to the letter.
 */
export class Value {
  name: string
  type: ValueType | undefined
  /**
   * The integers of a small tensor (row-major, any rank), where they are known, symbolic ones included:
   * what carries shape arithmetic (`Shape → Gather → Mul → Reshape`) exactly.
   */
  content: readonly Dim[] | undefined
  /** The graph that owns the value: it is visible there and in subgraphs below. */
  readonly graph: Graph
  /** Set for initializers. */
  readonly tensor: Tensor | undefined
  #producer: Node | undefined
  readonly #users = new Map<Node, number>()
  readonly #outputOf = new Map<Graph, number>()

  /** Made by `Graph` and `Node` only. */
  constructor(graph: Graph, name: string, type: ValueType | undefined, tensor?: Tensor) {
    this.graph = graph
    this.name = name
    this.type = type
    this.tensor = tensor
  }

  /** The node that computes it; undefined for inputs and constants. */
  get producer(): Node | undefined {
    return this.#producer
  }

  get isConstant(): boolean {
    return this.tensor !== undefined
  }

  /** Nodes that read it, in this graph and in subgraphs below, each once. */
  get users(): readonly Node[] {
    return [...this.#users.keys()]
  }

  /** How many nodes read it, without listing them. */
  get userCount(): number {
    return this.#users.size
  }

  /** Graphs that return it, each once. */
  get outputOf(): readonly Graph[] {
    return [...this.#outputOf.keys()]
  }

  get isUsed(): boolean {
    return this.#users.size > 0 || this.#outputOf.size > 0
  }

  /** @throws ModelError INVALID_GRAPH when it is not a tensor or its type is unknown. */
  get dtype(): DType {
    if (this.type?.kind === 'tensor') return this.type.dtype
    throw this.#untyped('a tensor')
  }

  /** @throws ModelError INVALID_GRAPH when it is not a tensor or its rank is unknown. */
  get dims(): readonly Dim[] {
    if (this.type?.kind === 'tensor' && this.type.dims) return this.type.dims
    throw this.#untyped('a tensor of known rank')
  }

  get rank(): number {
    return this.dims.length
  }

  /** Makes every reader of this value, graph outputs included, read the other one. */
  replaceUsesWith(other: Value): void {
    if (other === this) return
    for (const user of this.users) user.replaceInput(this, other)
    for (const graph of this.outputOf) graph.replaceOutput(this, other)
  }

  #untyped(wanted: string): ModelError {
    return new ModelError('INVALID_GRAPH', {
      what: `Value ${this.name} is ${typeText(this.type)} where ${wanted} is needed`,
    })
  }

  /** @internal */
  setProducer(node: Node | undefined): void {
    this.#producer = node
  }

  /** @internal */
  addUser(node: Node): void {
    this.#users.set(node, (this.#users.get(node) ?? 0) + 1)
  }

  /** @internal */
  removeUser(node: Node): void {
    decrement(this.#users, node)
  }

  /** @internal */
  addOutput(graph: Graph): void {
    this.#outputOf.set(graph, (this.#outputOf.get(graph) ?? 0) + 1)
  }

  /** @internal */
  removeOutput(graph: Graph): void {
    decrement(this.#outputOf, graph)
  }
}

function decrement<K>(counts: Map<K, number>, key: K): void {
  const left = (counts.get(key) ?? 0) - 1
  if (left > 0) counts.set(key, left)
  else counts.delete(key)
}
