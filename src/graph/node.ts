import { ModelError, type Where } from '../errors/index.ts'
import {
  type Attribute,
  type AttributeKind,
  type Attributes,
  type AttributeValues,
  isKind,
  subgraphsOf,
} from './attribute.ts'
import type { Graph } from './graph.ts'
import { Value } from './value.ts'
import type { ValueType } from './value-type.ts'

/** How a node is made: by `Graph.append`, `insertBefore` and the builder. */
export interface NodeSpec {
  readonly op: string
  /** '' is ai.onnx. */
  readonly domain?: string | undefined
  readonly name?: string | undefined
  /** undefined: an optional input that is left out. */
  readonly inputs: readonly (Value | undefined)[]
  readonly attributes?: Attributes | undefined
  readonly outputs: readonly OutputSpec[]
  /** Where in the source program it comes from; error messages and reports cite it. */
  readonly origin?: Where | undefined
}

export interface OutputSpec {
  readonly name?: string | undefined
  readonly type?: ValueType | undefined
  readonly content?: Value['content']
}

const NO_GRAPHS: readonly Graph[] = []

/** One operator call. Inputs are edited through checked operations, so that values always know their users. */
export class Node {
  readonly op: string
  readonly domain: string
  name: string
  readonly graph: Graph
  readonly outputs: readonly Value[]
  readonly origin: Where | undefined
  readonly #inputs: (Value | undefined)[]
  readonly #attributes: Map<string, Attribute>
  #subgraphs: readonly Graph[]
  /** @internal Links of the graph's node list; undefined neighbours mark its ends. */
  previous: Node | undefined
  /** @internal */
  next: Node | undefined
  /** @internal False once removed. */
  attached = false

  /** Made by `Graph` only. */
  constructor(graph: Graph, spec: NodeSpec) {
    this.graph = graph
    this.op = spec.op
    this.domain = spec.domain ?? ''
    this.name = spec.name ?? ''
    this.origin = spec.origin
    this.#inputs = [...spec.inputs]
    this.#attributes = new Map(spec.attributes)
    this.outputs = spec.outputs.map((output, index) => this.#makeOutput(output, index))
    for (const input of this.#inputs) input?.addUser(this)
    this.#subgraphs = this.#findSubgraphs()
    for (const subgraph of this.#subgraphs) subgraph.setOwner(this)
  }

  #makeOutput(spec: OutputSpec, index: number): Value {
    const value = new Value(
      this.graph,
      spec.name ?? (index === 0 ? this.op.toLowerCase() : `${this.op.toLowerCase()}_${index}`),
      spec.type,
    )
    value.content = spec.content
    value.setProducer(this)
    return value
  }

  get inputs(): readonly (Value | undefined)[] {
    return this.#inputs
  }

  get attributes(): Attributes {
    return this.#attributes
  }

  /** Subgraphs of If, Loop, Scan. */
  get subgraphs(): readonly Graph[] {
    return this.#subgraphs
  }

  /** Kept, since every walk over a graph asks every node. */
  #findSubgraphs(): readonly Graph[] {
    const found: Graph[] = []
    for (const attribute of this.#attributes.values()) found.push(...subgraphsOf(attribute))
    return found.length === 0 ? NO_GRAPHS : found
  }

  /** `Conv conv1`, or with its domain `com.microsoft:FusedConv`. */
  get label(): string {
    const op = this.domain === '' ? this.op : `${this.domain}:${this.op}`
    const name = this.name || this.outputs[0]?.name
    return name ? `${op} ${name}` : op
  }

  /** The first output, of nodes that have just one of interest. */
  get output(): Value {
    const [output] = this.outputs
    if (!output) throw new ModelError('INVALID_NODE', { what: `${this.label} has no outputs` })
    return output
  }

  /** Input `index`; @throws ModelError INVALID_NODE when it is left out. */
  input(index: number): Value {
    const input = this.#inputs[index]
    if (input) return input
    throw new ModelError('INVALID_NODE', {
      what: `${this.label} lacks its input ${index}`,
      where: this.where,
    })
  }

  /** The attribute's value when it is there and of that kind. */
  attribute<K extends AttributeKind>(name: string, kind: K): AttributeValues[K] | undefined {
    const attribute = this.#attributes.get(name)
    if (attribute === undefined) return undefined
    if (isKind(attribute, kind)) return attribute.value
    throw new ModelError('INVALID_NODE', {
      what: `Attribute ${name} of ${this.label} is of type ${attribute.type}, not ${kind}`,
      where: this.where,
    })
  }

  setAttribute(name: string, attribute: Attribute): void {
    this.#attributes.set(name, attribute)
    for (const subgraph of subgraphsOf(attribute)) subgraph.setOwner(this)
    this.#subgraphs = this.#findSubgraphs()
  }

  removeAttribute(name: string): void {
    this.#attributes.delete(name)
    this.#subgraphs = this.#findSubgraphs()
  }

  setInput(index: number, value: Value | undefined): void {
    while (this.#inputs.length < index) this.#inputs.push(undefined)
    this.#inputs[index]?.removeUser(this)
    this.#inputs[index] = value
    value?.addUser(this)
  }

  /** Every input that is `before` becomes `after`. */
  replaceInput(before: Value, after: Value): void {
    this.#inputs.forEach((input, index) => {
      if (input === before) this.setInput(index, after)
    })
  }

  /** For error messages. */
  get where(): Where {
    return { ...this.origin, node: this.label }
  }
}
