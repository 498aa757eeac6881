import type { Model, Node } from '../../../graph/index.ts'
import { AFFINE_OPERATORS, type Affine, affineOf, composed, operandOf } from '../../match/affine.ts'
import { builderAt, supplant } from '../../match/edit.ts'
import { isReadOnlyBy } from '../../match/uses.ts'
import type { Pass } from '../../pass.ts'
import { nodesOf, spelled } from './spelling.ts'

/**
 * Makes one of what scales and shifts by constants in turn, where no layer's weights take it: `(x·a)·b` is x·(ab), and a
 * BatchNormalization with a Mul and an Add behind it is one BatchNormalization.
 */
export const mergeAffineChains: Pass = {
  name: 'merge-affine-chains',
  level: 'all',
  operators: [AFFINE_OPERATORS],
  run(model) {
    let merged = 0
    for (const node of model.graph.allNodes()) if (merge(model, node)) merged++
    return { node: merged }
  },
}

/** Merged chains have two nodes at most, so that the third one back is the last that could be merged with this one. */
const LONGEST = 3

function merge(model: Model, node: Node): boolean {
  const operand = operandOf(node)
  const isChained = operand?.producer && operandOf(operand.producer) && isReadOnlyBy(operand, node)
  const best = isChained ? shortest(node) : undefined
  if (!best) return false
  const b = builderAt(model, node)
  supplant(node, spelled(b, best))
  return true
}

/** The longest chain that ends with this node and is spelled with fewer nodes than it has. */
function shortest(node: Node): Affine | undefined {
  let [chain, last] = [affineOf(node), node]
  let best: Affine | undefined
  for (let count = 2; chain && count <= LONGEST; count++) {
    const { producer } = chain.x
    if (!producer || producer.graph !== node.graph || !isReadOnlyBy(chain.x, last)) break
    const inner = affineOf(producer)
    const both: Affine | undefined = inner && composed(inner, chain)
    if (both && nodesOf(both) < count) best = both
    ;[chain, last] = [both, producer]
  }
  return best
}
