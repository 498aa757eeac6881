import type { Attribute } from '../../attribute.ts'
import { Graph } from '../../graph.ts'
import { schemaOf } from '../../ops/registry.ts'
import type { Value } from '../../value.ts'
import { noteOpset } from '../node-opset.ts'
import type { AttributeProto, GraphProto, NodeProto, ValueInfoProto } from '../proto/messages.ts'
import { readAttribute } from './attribute.ts'
import { constantTensor } from './constant.ts'
import type { ReadContext } from './context.ts'
import { type Call, CallFrame, functionKey } from './function-call.ts'
import { nodeLabel } from './label.ts'
import { Scope } from './scope.ts'
import { sortNodes } from './sort.ts'
import { readTensor } from './tensor.ts'
import { declaredType } from './type.ts'

/** Reads the nodes of one graph, or of a function's body into the graph that calls it. */
export class GraphReader {
  readonly #context: ReadContext
  readonly #graph: Graph
  readonly #scope: Scope
  /** The function call being inlined; undefined outside of functions. */
  readonly #frame: CallFrame | undefined
  readonly #declared = new Map<string, ValueInfoProto>()

  constructor(context: ReadContext, graph: Graph, scope: Scope, frame: CallFrame | undefined) {
    this.#context = context
    this.#graph = graph
    this.#scope = scope
    this.#frame = frame
  }

  /**
   * `typedInputs` is false for the bodies of known operators: what those take follows from what the operator is given,
   * and files often say it loosely.
   */
  readGraph(proto: GraphProto, typedInputs = true): void {
    const constants = new Set(proto.initializers.map(({ name }) => name))
    for (const info of proto.inputs) if (!constants.has(info.name)) this.#readInput(info, typedInputs)
    for (const tensor of proto.initializers) {
      const value = this.#graph.addInitializer(readTensor(this.#context, tensor), tensor.name)
      this.#scope.define(tensor.name, value)
    }
    this.readNodes(proto.nodes, [...proto.valueInfos, ...proto.outputs])
    for (const { name } of proto.outputs) this.#readOutput(name)
  }

  readNodes(nodes: readonly NodeProto[], declared: readonly ValueInfoProto[]): void {
    for (const info of declared) this.#declared.set(info.name, info)
    for (const node of sortNodes(this.#context, nodes)) this.#readNode(node)
  }

  #readInput(info: ValueInfoProto, typed: boolean): void {
    if (info.name === '') throw this.#context.invalid('An input of the graph has no name')
    const value = this.#graph.addInput(info.name, typed ? declaredType(this.#context, info, 1) : undefined)
    this.#scope.define(info.name, value)
  }

  #readOutput(name: string): void {
    const value = this.#scope.resolve(name, `Output of graph ${this.#graph.name}`)
    if (!value) throw this.#context.invalid(`Graph ${this.#graph.name} has an output without a name`)
    this.#graph.addOutput(name, value)
  }

  #readNode(node: NodeProto): void {
    const { functions } = this.#context
    const body = functions.size === 0 ? undefined : functions.get(functionKey(node))
    if (body) this.#inline({ node, body })
    else if (node.op === 'Constant' && node.domain === '') this.#readConstant(node)
    else this.#appendNode(node)
  }

  #readConstant(node: NodeProto): void {
    const [name = ''] = node.outputs
    const attributes = node.attributes.flatMap((proto) => this.#resolved(proto)?.proto ?? [])
    const tensor = constantTensor(this.#context, node, attributes)
    this.#scope.define(name, this.#graph.addInitializer(tensor, name), nodeLabel(node))
  }

  #appendNode(node: NodeProto): void {
    const made = this.#graph.append({
      op: node.op,
      domain: node.domain,
      name: this.#nodeName(node),
      inputs: this.#inputsOf(node),
      attributes: this.#attributesOf(node),
      outputs: node.outputs.map((name) => ({ name, type: this.#typeOf(node, name) })),
      origin: this.#context.origin,
    })
    const opset = this.#frame?.opset
    if (opset !== undefined && opset !== this.#context.model.opsets.get('')) noteOpset(made, opset)
    node.outputs.forEach((name, index) => {
      if (name !== '') this.#scope.define(name, made.outputs[index], made.label)
    })
  }

  #nodeName({ name }: NodeProto): string {
    const call = this.#frame?.name
    return call && name ? `${call}/${name}` : name || (call ?? '')
  }

  #inputsOf(node: NodeProto): (Value | undefined)[] {
    return node.inputs.map((name) => this.#scope.resolve(name, nodeLabel(node)))
  }

  /** Where we cannot infer, what the file says stands. */
  #typeOf({ op, domain }: NodeProto, name: string) {
    const info = schemaOf(op, domain) ? undefined : this.#declared.get(name)
    return info && declaredType(this.#context, info, 0)
  }

  #attributesOf(node: NodeProto): Map<string, Attribute> {
    const attributes = new Map<string, Attribute>()
    for (const written of node.attributes) {
      const resolved = this.#resolved(written)
      if (!resolved) continue
      const { proto, reader } = resolved
      attributes.set(
        written.name,
        readAttribute(this.#context, node, proto, (graph) => reader.#readSubgraph(graph, node)),
      )
    }
    return attributes
  }

  /** An attribute, or the one of the call that it refers to, with the reader whose names its subgraphs see. */
  #resolved(proto: AttributeProto): { proto: AttributeProto; reader: GraphReader } | undefined {
    if (proto.refName === '') return { proto, reader: this }
    const actual = this.#frame?.attribute(proto.refName)
    if (!actual) return undefined
    const resolved = actual.caller
      ? actual.caller.#resolved(actual.proto)
      : { proto: actual.proto, reader: this }
    return resolved && { ...resolved, proto: { ...resolved.proto, name: proto.name } }
  }

  #readSubgraph(proto: GraphProto, owner: NodeProto): Graph {
    const graph = new Graph(proto.name)
    const reader = new GraphReader(this.#context, graph, new Scope(this.#context, this.#scope), this.#frame)
    reader.readGraph(proto, schemaOf(owner.op, owner.domain) === undefined)
    return graph
  }

  #inline({ node, body }: Pick<Call, 'node' | 'body'>): void {
    const frame = new CallFrame(this.#context, {
      node,
      body,
      caller: this,
      outer: this.#frame,
      name: this.#nodeName(node),
    })
    const scope = new Scope(this.#context)
    const inputs = this.#inputsOf(node)
    if (inputs.length > body.inputs.length)
      throw this.#context.invalid(
        `${node.op} takes ${body.inputs.length} inputs, not ${inputs.length}`,
        nodeLabel(node),
      )
    body.inputs.forEach((name, index) => {
      scope.define(name, inputs[index])
    })
    new GraphReader(this.#context, this.#graph, scope, frame).readNodes(body.nodes, body.valueInfos)
    node.outputs.forEach((name, index) => {
      if (name === '') return
      const result = body.outputs[index]
      if (result === undefined)
        throw this.#context.invalid(
          `${node.op} gives ${body.outputs.length} outputs, not ${node.outputs.length}`,
          nodeLabel(node),
        )
      this.#scope.define(name, scope.resolve(result, `Function ${body.name}`), nodeLabel(node))
    })
  }
}
