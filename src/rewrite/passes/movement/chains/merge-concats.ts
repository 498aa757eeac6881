import type { Graph, Model, Node, Value } from '../../../../graph/index.ts'
import { builderAt, replaced } from '../../../match/edit.ts'
import { knownDims } from '../../../match/types.ts'
import { producerOf, soleUser } from '../../../match/uses.ts'
import type { Pass } from '../../../pass.ts'

/**
 * A Concat that alone reads another along the same axis takes its parts; one that joins all parts of a Split again, in
 * order, is what was split.
 */
export const mergeConcats: Pass = {
  name: 'merge-concats',
  level: 'basic',
  operators: [['Concat']],
  run: (model) => ({ node: mergeAll(model, model.graph) }),
}

/** From the last node on, so that a Concat takes all that is nested in it at once. */
function mergeAll(model: Model, graph: Graph): number {
  let merged = 0
  const taken = new Set<Node>()
  for (const node of graph.nodesReversed()) {
    for (const subgraph of node.subgraphs) merged += mergeAll(model, subgraph)
    if (node.op !== 'Concat' || node.domain !== '' || !node.output.isUsed || taken.has(node)) continue
    if (rejoin(node) || flatten(model, node, taken)) merged++
  }
  return merged
}

/** An axis counted from the front, of a result of known rank. */
function axisOf(node: Node): number | undefined {
  const axis = node.attribute('axis', 'int')
  if (axis === undefined || axis >= 0) return axis
  const { type } = node.inputs[0] ?? {}
  return type?.kind === 'tensor' && type.dims ? axis + type.dims.length : undefined
}

function rejoin(node: Node): boolean {
  const split = producerOf(node.inputs[0], 'Split')
  if (!split || split.outputs.length !== node.inputs.length) return false
  if (!split.outputs.every((output, index) => output === node.inputs[index])) return false
  const { type } = split.input(0)
  const rank = type?.kind === 'tensor' ? type.dims?.length : undefined
  const axis = split.attribute('axis', 'int') ?? 0
  const isSameAxis = rank !== undefined && (axis < 0 ? axis + rank : axis) === axisOf(node)
  return isSameAxis && replaced(node.output, split.input(0))
}

/** Those whose parts are taken go into `taken`: they are unread from then on. */
function flatten(model: Model, node: Node, taken: Set<Node>): boolean {
  const axis = axisOf(node)
  // Operators that are not known (of other domains) give results of unknown rank, of which no Concat can be made.
  if (axis === undefined || !knownDims(node.output)) return false
  if (!node.inputs.some((input) => innerOf(input, node, axis))) return false
  const parts: Value[] = []
  const waiting = [...node.inputs].reverse().map((input) => ({ input, reader: node }))
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const inner = innerOf(next.input, next.reader, axis)
    if (!inner) {
      if (next.input) parts.push(next.input)
      continue
    }
    taken.add(inner)
    for (const input of [...inner.inputs].reverse()) waiting.push({ input, reader: inner })
  }
  if (!parts.every(knownDims)) return false
  return replaced(node.output, builderAt(model, node).concat(parts, { axis, name: node.output.name }))
}

/** The Concat along the same axis that nothing else reads. */
function innerOf(input: Value | undefined, reader: Node, axis: number): Node | undefined {
  const inner = producerOf(input, 'Concat', reader)
  return inner && axisOf(inner) === axis && soleUser(inner.output) === reader ? inner : undefined
}
