import { ModelError } from '../../errors/index.ts'
import { type Dim, isUnwieldy, substitute, symbolName } from '../dims/index.ts'
import type { Graph } from '../graph.ts'
import type { Model } from '../model.ts'
import type { Node } from '../node.ts'
import { schemaOf } from '../ops/registry.ts'
import type { OperatorSchema } from '../ops/schema.ts'
import type { Value } from '../value.ts'
import { mapDims, someDim, substituteDims, typeText, type ValueType } from '../value-type.ts'
import { type Call, type InferBody, InferenceContext } from './context.ts'
import type { OutputInfo } from './output-info.ts'

/** Types of a call's outputs. @throws ModelError INVALID_NODE when the inputs do not fit the operator. */
export function inferCall(model: Model, schema: OperatorSchema, call: Call): readonly OutputInfo[] {
  return outputsOf(schema, new InferenceContext(model, call, (body) => inferGraph(model, body)))
}

/**
 * What the operator says, checked to be possible; but for sizes that have become unwieldy: those are symbols of their own from here on, as if only the
 * data decided them.
 */
function outputsOf(schema: OperatorSchema, context: InferenceContext): readonly OutputInfo[] {
  const wieldy = (dim: Dim): Dim => (isUnwieldy(dim) ? context.unbackedDim(context.bounds(dim)[1]) : dim)
  const infos = schema.infer(context)
  for (const { type } of infos)
    if (type && someDim(type, isNoSize)) context.fail(`a result would be ${typeText(type)}`)
  return infos.map(({ type, content }) => ({
    type: type && someDim(type, isUnwieldy) ? mapDims(type, wieldy) : type,
    content: content?.some(isUnwieldy) ? undefined : content,
  }))
}

/** Arithmetic on what a file says may leave the numbers that are sizes. */
const isNoSize = (dim: Dim): boolean => typeof dim === 'number' && !(Number.isSafeInteger(dim) && dim >= 0)

/**
 * Infers every value of a graph again, in order, from the types of its inputs: after reading a file, or to check a pass.
 * A node without a schema keeps the types it has. Sizes that only the data decides keep their symbols.
 */
export function inferGraph(model: Model, graph: Graph = model.graph): void {
  const claimed = new Set<string>()
  for (const node of graph.nodes()) inferNode(model, node, claimed)
}

/**
 * As `inferGraph`, for one node; `claimed` holds the unbacked symbols that earlier nodes have introduced. `inferBody` infers its
 * subgraphs.
 */
export function inferNode(
  model: Model,
  node: Node,
  claimed = new Set<string>(),
  inferBody: InferBody = (body) => inferGraph(model, body),
): void {
  const schema = schemaOf(node.op, node.domain)
  if (!schema) {
    for (const subgraph of node.subgraphs) inferBody(subgraph)
    return
  }
  if (node.inputs.some((input, index) => input && !isTyped(input, index, schema))) return
  const { op, inputs, attributes } = node
  const call: Call = {
    op,
    inputs,
    attributes,
    outputCount: node.outputs.length,
    get where() {
      return node.where
    },
  }
  const context = new InferenceContext(model, call, inferBody)
  const infos = outputsOf(schema, context)
  if (
    infos.length < node.outputs.length &&
    infos.length < node.outputs.filter((output) => output.isUsed).length
  ) {
    throw new ModelError('INVALID_NODE', {
      what: `${node.label} has more outputs than ${op} gives`,
      where: node.where,
    })
  }
  const kept = context.fresh.length === 0 ? NONE_KEPT : keptSymbols(model, node, infos, context, claimed)
  node.outputs.forEach((output, index) => {
    const info = infos[index]
    if (!info) return
    output.type = kept.size === 0 ? info.type : info.type && substituteDims(info.type, kept)
    output.content = kept.size === 0 ? info.content : info.content?.map((dim) => substitute(dim, kept))
  })
}

const nameOf = (dim: Dim): string => symbolName(dim) ?? ''

const NONE_KEPT: ReadonlyMap<string, Dim> = new Map()

/** Fresh symbols of this inference → those that stood at the same place before, each taken once. */
function keptSymbols(
  model: Model,
  node: Node,
  infos: readonly OutputInfo[],
  context: InferenceContext,
  claimed: Set<string>,
): Map<string, Dim> {
  const kept = new Map<string, Dim>()
  const fresh = new Set(context.fresh.map(nameOf))
  node.outputs.forEach((output, index) => {
    const before = dimsOf(output.type)
    dimsOf(infos[index]?.type)?.forEach((dim, axis) => {
      const [name, old] = [nameOf(dim), before?.[axis]]
      const oldName = old === undefined ? '' : nameOf(old)
      const reusable = model.unbacked.has(oldName) && !claimed.has(oldName)
      if (old === undefined || !fresh.has(name) || kept.has(name) || !reusable) return
      kept.set(name, old)
      claimed.add(oldName)
      renameFacts(model, name, oldName)
    })
  })
  for (const name of fresh) claimed.add(name)
  return kept
}

function renameFacts(model: Model, from: string, to: string): void {
  const facts = model.facts.get(from)
  if (facts) model.facts.set(to, facts)
  model.facts.delete(from)
  model.unbacked.delete(from)
}

const dimsOf = (type: ValueType | undefined): readonly Dim[] | undefined =>
  type?.kind === 'tensor' ? type.dims : undefined

const isTyped = ({ type }: Value, index: number, { anyRank, ranked }: OperatorSchema): boolean =>
  type !== undefined &&
  (anyRank === true ||
    type.kind !== 'tensor' ||
    type.dims !== undefined ||
    (ranked !== undefined && !ranked.includes(index)))
