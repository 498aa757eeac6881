import type { Node, Value } from '../../graph/index.ts'

/** Puts a result in a node's place, and removes the node with the Transpose of its weights that nobody else reads. */
export function replaceLayer(node: Node, result: Value): void {
  const { output } = node
  const producers = node.inputs.map((input) => input?.producer)
  result.name = output.name
  output.replaceUsesWith(result)
  node.graph.remove(node)
  for (const producer of producers) removeUnused(producer)
}

function removeUnused(node: Node | undefined): void {
  if (node?.op === 'Transpose' && node.attached && !node.output.isUsed) node.graph.remove(node)
}
