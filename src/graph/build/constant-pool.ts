import type { Graph } from '../graph.ts'
import { elementCount, type Tensor } from '../tensor.ts'
import type { Value } from '../value.ts'

/** Only shape-like constants are compared by content; weights are compared by identity (tied weights are one object). */
const COMPARED_ELEMENTS = 64

/** Constants of one main graph, each held once. */
export class ConstantPool {
  static readonly #pools = new WeakMap<Graph, ConstantPool>()

  readonly #graph: Graph
  readonly #byTensor = new WeakMap<Tensor, Value>()
  readonly #byContent = new Map<string, Value>()

  private constructor(graph: Graph) {
    this.#graph = graph
  }

  /** The pool of a main graph: builders of one model share it. */
  static of(graph: Graph): ConstantPool {
    const known = ConstantPool.#pools.get(graph)
    if (known) return known
    const pool = new ConstantPool(graph)
    ConstantPool.#pools.set(graph, pool)
    return pool
  }

  add(tensor: Tensor, name?: string): Value {
    const key = contentKey(tensor)
    const known = this.#byTensor.get(tensor) ?? (key === undefined ? undefined : this.#byContent.get(key))
    if (known && this.#graph.initializers.has(known)) return known
    const value = this.#graph.addInitializer(tensor, name)
    this.#byTensor.set(tensor, value)
    if (key !== undefined) this.#byContent.set(key, value)
    return value
  }
}

function contentKey(tensor: Tensor): string | undefined {
  if (tensor.dtype === 'string' || tensor.source || elementCount(tensor.dims) > COMPARED_ELEMENTS)
    return undefined
  return `${tensor.dtype}[${tensor.dims}]${Buffer.from(tensor.bytes()).toString('base64')}`
}
