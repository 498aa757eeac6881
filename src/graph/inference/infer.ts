import { ModelError } from '../../errors/index.ts'
import type { Graph } from '../graph.ts'
import type { Model } from '../model.ts'
import type { Node } from '../node.ts'
import { schemaOf } from '../ops/registry.ts'
import type { OperatorSchema } from '../ops/schema.ts'
import { type Call, InferenceContext } from './context.ts'
import type { OutputInfo } from './output-info.ts'

/** Types of a call's outputs. @throws ModelError INVALID_NODE when the inputs do not fit the operator. */
export function inferCall(model: Model, schema: OperatorSchema, call: Call): readonly OutputInfo[] {
  return schema.infer(new InferenceContext(model, call))
}

/**
 * Infers every value of a graph again, in order, from the types of its inputs: after reading a file, or to check a pass.
 * A node without a schema keeps the types it has.
 */
export function inferGraph(model: Model, graph: Graph = model.graph): void {
  for (const node of graph.nodes()) inferNode(model, node)
}

export function inferNode(model: Model, node: Node): void {
  for (const subgraph of node.subgraphs) inferGraph(model, subgraph)
  const schema = schemaOf(node.op, node.domain)
  if (!schema || node.inputs.some((input) => input && !isTyped(input))) return
  const { op, inputs, attributes, where } = node
  const infos = inferCall(model, schema, { op, inputs, attributes, where, outputCount: node.outputs.length })
  if (infos.length < node.outputs.filter((output) => output.isUsed).length) {
    throw new ModelError('INVALID_NODE', { what: `${node.label} has more outputs than ${op} gives`, where })
  }
  node.outputs.forEach((output, index) => {
    const info = infos[index]
    if (!info) return
    output.type = info.type
    output.content = info.content
  })
}

const isTyped = (value: Node['outputs'][number]): boolean =>
  value.type !== undefined && (value.type.kind !== 'tensor' || value.type.dims !== undefined)
