import type { Graph } from '../graph.ts'
import type { Node } from '../node.ts'
import { schemaOf } from '../ops/registry.ts'
import type { Value } from '../value.ts'
import { typeText, type ValueType } from '../value-type.ts'
import type { Report } from './violation.ts'

/** Types are there, and those of constants are right. */
export function checkTypes(graph: Graph, report: Report): void {
  for (const input of graph.inputs)
    if (!input.type && !graph.owner) report('typed', undefined, `input ${input.name} has no type`)
  for (const value of graph.initializers) checkConstant(value, graph.owner, report)
  for (const node of graph.nodes()) {
    if (isInferable(node))
      for (const output of node.outputs)
        if (!output.type && output.isUsed) report('typed', node, `its result ${output.name} has no type`)
    for (const subgraph of node.subgraphs) checkTypes(subgraph, report)
  }
}

/** Inference knows the operator and all it is given; results of bodies are typed only where the bodies are. */
function isInferable(node: Node): boolean {
  const schema = schemaOf(node.op, node.domain)
  if (!schema || node.subgraphs.length > 0) return false
  return node.inputs.every((input) => !input || isKnown(input.type, schema.anyRank ?? false))
}

const isKnown = (type: ValueType | undefined, anyRank: boolean): boolean =>
  type !== undefined && (anyRank || type.kind !== 'tensor' || type.dims !== undefined)

function checkConstant({ name, type, tensor }: Value, owner: Node | undefined, report: Report): void {
  const right =
    type?.kind === 'tensor' &&
    type.dtype === tensor?.dtype &&
    type.dims?.length === tensor.dims.length &&
    type.dims.every((dim, axis) => dim === tensor.dims[axis])
  if (!right) report('constant', owner, `constant ${name} is said to be ${typeText(type)}`)
}
