import type { Graph } from '../../../graph/index.ts'
import type { Pass } from '../../pass.ts'

/**
 * Removes nodes whose results nobody reads and constants that nothing uses, in subgraphs too. Inputs always stay. It stands
 * first, and so tells what the source held in vain: what other passes leave is taken out after each.
 */
export const eliminateDeadCode: Pass = {
  name: 'eliminate-dead-code',
  level: 'basic',
  run: ({ graph }) => removeUnread(graph),
}

export function removeUnread(graph: Graph): { readonly node: number; readonly constant: number } {
  const removed = { node: 0, constant: 0 }
  // Backwards, so that a chain that ends unread goes in one walk.
  for (const node of graph.nodesReversed()) {
    if (node.outputs.some((output) => output.isUsed)) {
      for (const subgraph of node.subgraphs) {
        const inner = removeUnread(subgraph)
        removed.node += inner.node
        removed.constant += inner.constant
      }
    } else {
      graph.remove(node)
      removed.node++
    }
  }
  for (const constant of graph.initializers) {
    if (constant.isUsed) continue
    graph.removeInitializer(constant)
    removed.constant++
  }
  return removed
}
