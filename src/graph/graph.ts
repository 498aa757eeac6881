import { ModelError } from '../errors/index.ts'
import { Node, type NodeSpec } from './node.ts'
import { DeepWalk, NodeWalk } from './node-walk.ts'
import type { Tensor } from './tensor.ts'
import { Value } from './value.ts'
import { tensorType, type ValueType } from './value-type.ts'

/** A named result of a graph. The name belongs to the graph, not to the value: passes may swap the value. */
export interface GraphOutput {
  readonly name: string
  readonly value: Value
}

/**
 * A graph: inputs, constants, nodes in topological order, outputs. It is changed in place through a handful of checked
 * operations and may be changed while it is walked. A subgraph (If, Loop, Scan) sees the values of the graphs around it.
 */
export class Graph {
  name: string
  readonly #inputs: Value[] = []
  #outputs: GraphOutput[] = []
  /** Where each value stands among the outputs. */
  readonly #places = new Map<Value, number[]>()
  readonly #initializers = new Set<Value>()
  #first: Node | undefined
  #last: Node | undefined
  #nodeCount = 0
  #owner: Node | undefined

  constructor(name = 'main') {
    this.name = name
  }

  get inputs(): readonly Value[] {
    return this.#inputs
  }

  get outputs(): readonly GraphOutput[] {
    return this.#outputs
  }

  /** Constants of this graph. */
  get initializers(): ReadonlySet<Value> {
    return this.#initializers
  }

  /** Nodes of this graph itself. */
  get nodeCount(): number {
    return this.#nodeCount
  }

  /** Nodes of this graph and of all subgraphs. */
  countAllNodes(): number {
    let count = this.#nodeCount
    for (const node of this.nodes()) for (const subgraph of node.subgraphs) count += subgraph.countAllNodes()
    return count
  }

  /** The node whose attribute this subgraph is; undefined for a model's main graph. */
  get owner(): Node | undefined {
    return this.#owner
  }

  /** The main graph above this one. */
  get root(): Graph {
    return this.#owner ? this.#owner.graph.root : this
  }

  /**
   * Nodes in order, from the first or behind `after`. Nodes inserted behind the current one are visited; the current one
   * may be removed.
   */
  nodes(after?: Node): NodeWalk {
    return new NodeWalk(after ? nextAttached(after) : this.#first, nextAttached)
  }

  /** Nodes from the last to the first, under the same rules. */
  nodesReversed(): NodeWalk {
    return new NodeWalk(this.#last, previousAttached)
  }

  /** Nodes of this graph and of all subgraphs, outer before inner. */
  allNodes(): DeepWalk {
    return new DeepWalk(this.nodes())
  }

  addInput(name: string, type: ValueType | undefined): Value {
    const value = new Value(this, name, type)
    this.#inputs.push(value)
    return value
  }

  removeInput(value: Value): void {
    if (value.isUsed)
      throw new ModelError('INVALID_GRAPH', {
        what: `Input ${value.name} is still used and cannot be removed`,
      })
    const index = this.#inputs.indexOf(value)
    if (index >= 0) this.#inputs.splice(index, 1)
  }

  addInitializer(tensor: Tensor, name = 'constant'): Value {
    const value = new Value(this, name, tensorType(tensor.dtype, tensor.dims), tensor)
    this.#initializers.add(value)
    return value
  }

  removeInitializer(value: Value): void {
    if (value.isUsed)
      throw new ModelError('INVALID_GRAPH', {
        what: `Constant ${value.name} is still used and cannot be removed`,
      })
    this.#initializers.delete(value)
  }

  addOutput(name: string, value: Value): void {
    this.#setOutput(this.#outputs.length, { name, value })
  }

  setOutputs(outputs: readonly GraphOutput[]): void {
    for (const { value } of this.#outputs) value.removeOutput(this)
    this.#outputs = []
    this.#places.clear()
    for (const { name, value } of outputs) this.addOutput(name, value)
  }

  replaceOutput(before: Value, after: Value): void {
    const places = this.#places.get(before) ?? []
    this.#places.delete(before)
    for (const place of places) {
      before.removeOutput(this)
      this.#setOutput(place, { name: this.#outputs[place]?.name ?? '', value: after })
    }
  }

  #setOutput(place: number, output: GraphOutput): void {
    const { value } = output
    value.addOutput(this)
    this.#outputs[place] = output
    const places = this.#places.get(value)
    if (places) places.push(place)
    else this.#places.set(value, [place])
  }

  append(spec: NodeSpec): Node {
    return this.#link(new Node(this, spec), this.#last, undefined)
  }

  insertBefore(anchor: Node, spec: NodeSpec): Node {
    this.#checkOwn(anchor)
    return this.#link(new Node(this, spec), anchor.previous, anchor)
  }

  insertAfter(anchor: Node, spec: NodeSpec): Node {
    this.#checkOwn(anchor)
    return this.#link(new Node(this, spec), anchor, anchor.next)
  }

  /** @throws ModelError INVALID_GRAPH when one of its outputs is still read. */
  remove(node: Node): void {
    this.#checkOwn(node)
    const used = node.outputs.find((output) => output.isUsed)
    if (used)
      throw new ModelError('INVALID_GRAPH', {
        what: `${node.label} cannot be removed: ${used.name} is still used`,
      })
    for (let index = 0; index < node.inputs.length; index++) node.setInput(index, undefined)
    for (const subgraph of node.subgraphs) subgraph.release()
    if (node.previous) node.previous.next = node.next
    else this.#first = node.next
    if (node.next) node.next.previous = node.previous
    else this.#last = node.previous
    node.attached = false
    this.#nodeCount--
  }

  /** Lets go of every outer value, when the node that owns this subgraph is removed. @internal */
  release(): void {
    this.setOutputs([])
    for (const node of this.nodesReversed()) this.remove(node)
  }

  /** @internal */
  setOwner(node: Node): void {
    this.#owner = node
  }

  #link(node: Node, previous: Node | undefined, next: Node | undefined): Node {
    node.previous = previous
    node.next = next
    if (previous) previous.next = node
    else this.#first = node
    if (next) next.previous = node
    else this.#last = node
    node.attached = true
    this.#nodeCount++
    return node
  }

  #checkOwn(node: Node): void {
    if (node.graph !== this || !node.attached) {
      throw new ModelError('INTERNAL', { what: `${node.label} is not a node of graph ${this.name}` })
    }
  }
}

/** The node after this one; when it was removed meanwhile, the next one that is still there. */
function nextAttached(node: Node): Node | undefined {
  let next = node.next
  while (next && !next.attached) next = next.next
  return next
}

function previousAttached(node: Node): Node | undefined {
  let { previous } = node
  while (previous && !previous.attached) previous = previous.previous
  return previous
}
