import { createBuilder, type Model, type Node, tensorOf, type Value } from '../../../graph/index.ts'
import type { Pass } from '../../pass.ts'

/**
 * Replaces shape arithmetic whose integers inference knows (Shape of a fixed dim, the Gather and Concat after it) by a
 * constant. No kernel runs: the numbers are already there. A file does not grow by it: inference carries no more integers
 * than are worth storing whatever they replace.
 */
export const foldShapes: Pass = {
  name: 'fold-shapes',
  level: 'basic',
  run(model) {
    let folded = 0
    for (const node of model.graph.allNodes())
      for (const output of node.outputs) if (fold(model, node, output)) folded++
    return { value: folded }
  },
}

function fold(model: Model, node: Node, output: Value): boolean {
  const { content, type } = output
  if (!output.isUsed || type?.kind !== 'tensor' || !content?.every((dim) => typeof dim === 'number'))
    return false
  const dims = type.dims
  if (!dims?.every((dim) => typeof dim === 'number')) return false
  const b = createBuilder(model, { graph: node.graph, before: node })
  output.replaceUsesWith(b.constant(tensorOf(type.dtype, dims, content), output.name))
  return true
}
