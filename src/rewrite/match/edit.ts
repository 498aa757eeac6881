import { type Builder, createBuilder, type Model, type Node, type Value } from '../../graph/index.ts'
import { isSameType } from './types.ts'

/** A builder of what replaces the node: new nodes stand before it and cite its place in the source. */
export function builderAt(model: Model, node: Node): Builder {
  const b = createBuilder(model, { graph: node.graph, before: node })
  b.origin = node.origin
  return b
}

/**
 * Makes the readers of `old` read `made`, if inference says of both the same dtype and dims. What was made in vain is taken
 * out again.
 *
 * @returns whether they do
 */
export function replaced(old: Value, made: Value | undefined): boolean {
  if (!made || made === old) return false
  if (isSameType(made, old)) {
    old.replaceUsesWith(made)
    return true
  }
  const { producer } = made
  if (producer?.outputs.every((output) => !output.isUsed)) producer.graph.remove(producer)
  return false
}
