import type { GraphProto, NodeProto } from '../proto/messages.ts'
import type { ReadContext } from './context.ts'
import { nodeLabel } from './label.ts'

/**
 * Nodes in an order in which every name is defined before it is read. ONNX asks files for one; those that are not are
 * sorted, keeping the file's order where it is free.
 * @throws ModelError INVALID_GRAPH naming the nodes of a cycle.
 */
export function sortNodes(context: ReadContext, nodes: readonly NodeProto[]): readonly NodeProto[] {
  const makers = new Map<string, number>()
  nodes.forEach((node, index) => {
    for (const name of node.outputs) if (name !== '') makers.set(name, index)
  })
  const isEarlier = (node: NodeProto, index: number): boolean =>
    namesRead(node).every((name) => (makers.get(name) ?? -1) < index)
  if (nodes.every(isEarlier)) return nodes
  const needs = nodes.map((node) => makersOf(node, makers))
  return depthFirst(context, nodes, needs)
}

function makersOf(node: NodeProto, makers: ReadonlyMap<string, number>): number[] {
  const found: number[] = []
  for (const name of namesRead(node)) {
    const maker = makers.get(name)
    if (maker !== undefined) found.push(maker)
  }
  return found
}

function namesRead({ inputs, attributes }: NodeProto): readonly string[] {
  const bodies = attributes.flatMap(({ g, graphs }) => (g ? [g, ...graphs] : graphs))
  return bodies.length === 0 ? inputs : [...inputs, ...bodies.flatMap((body) => [...freeNames(body)])]
}

const known = new WeakMap<GraphProto, ReadonlySet<string>>()

/** Names that a subgraph reads and does not define. */
function freeNames(graph: GraphProto): ReadonlySet<string> {
  const before = known.get(graph)
  if (before) return before
  const own = new Set<string>()
  for (const { name } of [...graph.inputs, ...graph.initializers]) own.add(name)
  for (const node of graph.nodes) for (const name of node.outputs) own.add(name)
  const free = new Set<string>()
  for (const node of graph.nodes) for (const name of namesRead(node)) if (!own.has(name)) free.add(name)
  for (const { name } of graph.outputs) if (!own.has(name)) free.add(name)
  known.set(graph, free)
  return free
}

/** Depth first from every node in turn, with a stack of our own: chains in a file may be longer than the call stack. */
function depthFirst(
  context: ReadContext,
  nodes: readonly NodeProto[],
  needs: readonly (readonly number[])[],
): NodeProto[] {
  const sorted: NodeProto[] = []
  const state = new Uint8Array(nodes.length)
  const next = new Uint32Array(nodes.length)
  for (let root = 0; root < nodes.length; root++) {
    const stack = state[root] === DONE ? [] : [root]
    while (stack.length > 0) {
      const index = stack[stack.length - 1] ?? 0
      state[index] = OPEN
      const need = needs[index]?.[next[index] ?? 0]
      next[index] = (next[index] ?? 0) + 1
      if (need === undefined) {
        state[index] = DONE
        stack.pop()
        const node = nodes[index]
        if (node) sorted.push(node)
      } else if (state[need] === OPEN) throw cycleError(context, nodes, stack.slice(stack.indexOf(need)))
      else if (state[need] !== DONE) stack.push(need)
    }
  }
  return sorted
}

const [OPEN, DONE] = [1, 2]
const SHOWN = 5

function cycleError(context: ReadContext, nodes: readonly NodeProto[], cycle: readonly number[]) {
  const labels = cycle.slice(0, SHOWN).map((index) => nodes[index] && nodeLabel(nodes[index]))
  const more = cycle.length > SHOWN ? ` and ${cycle.length - SHOWN} more` : ''
  return context.invalid(`The graph has a cycle: ${labels.join(', ')}${more} wait for each other`)
}
