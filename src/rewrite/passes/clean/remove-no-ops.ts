import type { Node, Value } from '../../../graph/index.ts'
import { isSameType } from '../../match/types.ts'
import type { Pass } from '../../pass.ts'
import { Replacement } from '../../replacement.ts'
import { MOVES } from './no-ops/moves.ts'
import { NEUTRAL_OPERANDS } from './no-ops/neutral-operands.ts'
import type { NoOps } from './no-ops/no-op.ts'
import { REPETITIONS } from './no-ops/repetitions.ts'

/** Removes operators that give back what they take: Identity, a Reshape to the same dims, multiplying by 1, … */
export const removeNoOps: Pass = {
  name: 'remove-no-ops',
  level: 'basic',
  run(model) {
    let removed = 0
    const replacement = new Replacement(model)
    for (const node of model.graph.allNodes()) {
      replacement.follow(node)
      const source = node.domain === '' ? NO_OPS.get(node.op)?.(node) : undefined
      if (!source || !node.output.isUsed || !isPassedOn(node, source)) continue
      replacement.replace(node.output, source)
      removed++
    }
    replacement.finish()
    return { node: removed }
  },
}

const NO_OPS: ReadonlyMap<string, NoOps[string]> = new Map(
  Object.entries({ ...MOVES, ...NEUTRAL_OPERANDS, ...REPETITIONS }),
)

/** Same dtype and dims: then the result is the input, element by element. Of an Identity neither needs to be known. */
const isPassedOn = ({ op, output }: Node, source: Value): boolean =>
  op === 'Identity' || isSameType(source, output)
