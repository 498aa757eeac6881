import type { Graph } from '../../graph/index.ts'
import type { Pass } from '../pass.ts'

/** Removes nodes whose results nobody reads and constants that nothing uses, in subgraphs too. Inputs always stay. */
export const eliminateDeadCode: Pass = {
  name: 'eliminate-dead-code',
  level: 'basic',
  run: (model) => sweep(model.graph),
}

function sweep(graph: Graph): number {
  let removed = 0
  // Backwards, so that a chain that ends unread goes in one walk.
  for (const node of graph.nodesReversed()) {
    if (node.outputs.some((output) => output.isUsed)) {
      for (const subgraph of node.subgraphs) removed += sweep(subgraph)
    } else {
      graph.remove(node)
      removed++
    }
  }
  for (const constant of [...graph.initializers]) {
    if (constant.isUsed) continue
    graph.removeInitializer(constant)
    removed++
  }
  return removed
}
