import type { Graph } from '../graph.ts'
import { knownIntegers } from '../inference/content.ts'
import type { Node } from '../node.ts'
import { schemaOf } from '../ops/registry.ts'
import type { Value } from '../value.ts'
import { typeText, type ValueType } from '../value-type.ts'
import type { Report } from './violation.ts'

/** Types are there, and those of constants are right. What a branch that is never taken computes need not even fit. */
export function checkTypes(graph: Graph, report: Report, isReached = true): void {
  for (const input of graph.inputs)
    if (!input.type && !graph.owner) report('typed', undefined, `input ${input.name} has no type`)
  for (const value of graph.initializers) checkConstant(value, graph.owner, report)
  for (const node of graph.nodes()) {
    if (isReached && isInferable(node))
      for (const output of node.outputs)
        if (!output.type && output.isUsed) report('typed', node, `its result ${output.name} has no type`)
    for (const subgraph of node.subgraphs)
      checkTypes(subgraph, report, isReached && subgraph !== branchNeverTaken(node))
  }
}

function branchNeverTaken(node: Node): Graph | undefined {
  const condition = node.op === 'If' && node.domain === '' ? node.inputs[0] : undefined
  const [taken] = (condition && knownIntegers(condition)) ?? []
  if (taken !== 0 && taken !== 1) return undefined
  return node.attribute(taken === 1 ? 'else_branch' : 'then_branch', 'graph')
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
