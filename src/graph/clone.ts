import type { Attribute } from './attribute.ts'
import { Graph } from './graph.ts'
import type { Node, NodeSpec } from './node.ts'
import type { Value } from './value.ts'

/**
 * An independent copy of a graph, sharing its tensors. Outer values that a subgraph reads are mapped through `seen`
 * when they were copied too, and kept as they are otherwise.
 */
export function cloneGraph(graph: Graph, seen = new Map<Value, Value>()): Graph {
  const copy = new Graph(graph.name)
  for (const input of graph.inputs) seen.set(input, withContent(copy.addInput(input.name, input.type), input))
  for (const constant of graph.initializers) {
    if (constant.tensor)
      seen.set(constant, withContent(copy.addInitializer(constant.tensor, constant.name), constant))
  }
  for (const node of graph.nodes()) cloneNode(node, copy, seen)
  for (const { name, value } of graph.outputs) copy.addOutput(name, seen.get(value) ?? value)
  return copy
}

/**
 * Copies the nodes of a subgraph into the graph around it, before `anchor`. `seen` tells what the subgraph's inputs and constants
 * are there.
 * @returns its nodes' copies, and what its outputs have become.
 */
export function inlineGraph(
  body: Graph,
  anchor: Node,
  seen: Map<Value, Value>,
): { readonly nodes: readonly Node[]; readonly outputs: readonly Value[] } {
  const nodes: Node[] = []
  for (const node of body.nodes()) nodes.push(copyNode(node, anchor, seen))
  return { nodes, outputs: body.outputs.map(({ value }) => seen.get(value) ?? value) }
}

/** Copies one node before another, which may stand in a graph around its own. */
export const copyNode = (node: Node, anchor: Node, seen: Map<Value, Value>): Node =>
  cloneNode(node, anchor.graph, seen, anchor)

function cloneNode(node: Node, into: Graph, seen: Map<Value, Value>, anchor?: Node): Node {
  const spec: NodeSpec = {
    op: node.op,
    domain: node.domain,
    name: node.name,
    origin: node.origin,
    inputs: node.inputs.map((input) => input && (seen.get(input) ?? input)),
    attributes: new Map(
      [...node.attributes].map(([name, attribute]) => [name, cloneAttribute(attribute, seen)]),
    ),
    outputs: node.outputs.map(({ name, type, content }) => ({ name, type, content })),
  }
  const copy = anchor ? into.insertBefore(anchor, spec) : into.append(spec)
  node.outputs.forEach((output, index) => {
    const twin = copy.outputs[index]
    if (twin) seen.set(output, twin)
  })
  return copy
}

function cloneAttribute(attribute: Attribute, seen: Map<Value, Value>): Attribute {
  if (attribute.type === 'graph') return { type: 'graph', value: cloneGraph(attribute.value, seen) }
  if (attribute.type === 'graphs')
    return { type: 'graphs', value: attribute.value.map((graph) => cloneGraph(graph, seen)) }
  return attribute
}

function withContent(copy: Value, original: Value): Value {
  copy.content = original.content
  return copy
}
