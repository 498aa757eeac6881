import type { Model, Node, Value } from '../../../../graph/index.ts'
import { builderAt } from '../../../match/edit.ts'
import { knownDims } from '../../../match/types.ts'

/** An Expand whose target is computed, with a constant one: 1 asks nothing of an axis that has its size already. */
export function fixedExpand(model: Model, node: Node): Value | undefined {
  const [from, to] = [knownDims(node.input(0)), knownDims(node.output)]
  if (node.input(1).isConstant || !from || !to) return undefined
  const hidden = to.length - from.length
  const target = to.map((dim, axis) => (dim === from[axis - hidden] ? 1 : dim))
  if (!target.every((dim) => typeof dim === 'number')) return undefined
  const b = builderAt(model, node)
  return b.expand(node.input(0), b.int64s(target), { name: node.output.name })
}
