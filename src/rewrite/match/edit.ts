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
  discard(made)
  return false
}

/** Takes out the node that gives a value which nobody reads after all. */
export function discard({ producer }: Value): void {
  if (producer?.outputs.every((output) => !output.isUsed)) producer.graph.remove(producer)
}

/**
 * Puts a value in the place of the node's result, and takes out the node with what only it read: left until the pass ends, they
 * would still count as readers of what the pass looks at next.
 */
export function supplant(node: Node, value: Value): void {
  node.output.replaceUsesWith(value)
  const unread = [node]
  for (let last = unread.pop(); last; last = unread.pop()) {
    if (!last.attached || last.outputs.some((output) => output.isUsed)) continue
    const producers = last.inputs.map((input) => input?.producer).filter((producer) => producer !== undefined)
    last.graph.remove(last)
    unread.push(...producers)
  }
}
