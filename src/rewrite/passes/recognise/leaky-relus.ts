import type { Model, Node } from '../../../graph/index.ts'
import type { TargetCapabilities } from '../../../targets/index.ts'
import { numbersOf } from '../../match/affine.ts'
import { builderAt } from '../../match/edit.ts'
import { gainsBy } from '../../match/fused.ts'
import { isSameType } from '../../match/types.ts'
import type { Pass } from '../../pass.ts'
import { isClosed } from '../../pattern/region.ts'
import { type Bend, bendsAt } from './leaky-relus/bends.ts'

/**
 * Puts LeakyRelu, or PRelu where slopes differ, for x above zero and a multiple of x below: by a maximum, by a comparison,
 * or by the sum of both halves.
 *
 * @example max(x, 0.2·x) // LeakyRelu(x), alpha 0.2
 */
export const recogniseLeakyRelus: Pass = {
  name: 'recognise-leaky-relus',
  level: 'all',
  run(model, { target }) {
    let recognised = 0
    for (const node of model.graph.allNodes())
      for (const bend of bendsAt(node)) {
        if (!replace(model, target, node, bend)) continue
        recognised++
        break
      }
    return { activation: recognised }
  },
}

function replace(model: Model, target: TargetCapabilities, root: Node, bend: Bend): boolean {
  const { base: x, nodes } = bend
  const { output } = root
  if (!isSameType(x, output) || !isClosed(new Set(nodes), output)) return false
  const slopes = slopesOf(bend)
  const [alpha] = slopes ?? []
  if (!slopes?.every(bend.holds) || alpha === undefined) return false
  const op = slopes.every((slope) => slope === alpha) ? 'LeakyRelu' : 'PRelu'
  if (!gainsBy(target, op, x)) return false
  output.replaceUsesWith(op === 'LeakyRelu' ? leaky(model, root, bend, alpha) : parametric(model, root, bend))
  return true
}

function slopesOf({ number, vector }: Bend): Float64Array | undefined {
  if (!vector) return Float64Array.of(number)
  return numbersOf(vector)?.map((slope) => slope * number)
}

const leaky = (model: Model, root: Node, { base }: Bend, alpha: number) =>
  builderAt(model, root).leakyRelu(base, { alpha, name: root.output.name })

/** The number beside a vector is a sign. */
function parametric(model: Model, root: Node, { base, number, vector }: Bend) {
  const b = builderAt(model, root)
  const slopes = vector ?? b.scalar(base.dtype, number)
  return b.prelu(base, number === 1 ? slopes : b.neg(slopes), { name: root.output.name })
}
