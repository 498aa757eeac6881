import type { Model, Node, Value } from '../../../../graph/index.ts'
import { builderAt } from '../../../match/edit.ts'
import { reshapeTarget } from '../../../match/reshape-target.ts'
import { knownDims } from '../../../match/types.ts'

/** A Reshape whose target is computed, with a constant one. */
export function fixedReshape(model: Model, node: Node): Value | undefined {
  const [from, to] = [knownDims(node.input(0)), knownDims(node.output)]
  if (node.input(1).isConstant || !from || !to) return undefined
  const target = reshapeTarget(from, to, model.facts)
  const b = target && builderAt(model, node)
  return b?.reshape(node.input(0), b.int64s(target ?? []), { name: node.output.name })
}
