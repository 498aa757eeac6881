import type { Node, Value } from '../../../../graph/index.ts'
import { isBroadcasting } from '../../../match/broadcasting.ts'
import { knownDims } from '../../../match/types.ts'
import type { Pass } from '../../../pass.ts'

/**
 * Takes out an Expand (or a Tile of axes of size 1) whose readers all broadcast it themselves: what stands beside it there
 * has the sizes that it is repeated to.
 *
 * @example Add(x [N, S, 64], Expand(bias [64], [N, S, 64])) // Add(x, bias)
 */
export const dropExpands: Pass = {
  name: 'drop-expands',
  level: 'basic',
  operators: [['Expand', 'Tile']],
  run(model) {
    let dropped = 0
    for (const node of model.graph.allNodes()) if (drop(node)) dropped++
    return { node: dropped }
  },
}

/** More readers than that are not looked through. */
const MOST_READERS = 64

function drop(node: Node): boolean {
  if (node.domain !== '' || (node.op !== 'Expand' && node.op !== 'Tile')) return false
  const [source, repeated] = [node.input(0), node.output]
  if (!repeatsOnes(source, repeated) || !repeated.isUsed || repeated.outputOf.length > 0) return false
  if (
    repeated.userCount > MOST_READERS ||
    !repeated.users.every((user) => broadcastsTo(user, source, repeated))
  )
    return false
  repeated.replaceUsesWith(source)
  return true
}

/** Axis by axis, counted from the last, the sizes are the same, or 1 is repeated. */
function repeatsOnes(source: Value, repeated: Value): boolean {
  const [from, to] = [knownDims(source), knownDims(repeated)]
  if (!from || !to) return false
  const hidden = to.length - from.length
  return from.every((dim, axis) => dim === 1 || dim === to[axis + hidden])
}

/** Whether the result of a reader has the same dims without the repetition. */
function broadcastsTo(user: Node, source: Value, repeated: Value): boolean {
  const to = knownDims(repeated)
  const from = knownDims(source)
  if (!isBroadcasting(user) || !to || !from) return false
  const others = user.inputs.flatMap((input) => (input && input !== repeated ? [knownDims(input)] : []))
  if (!others.every((dims) => dims !== undefined)) return false
  return to.every((dim, axis) => {
    const fromEnd = axis - to.length
    return from.at(fromEnd) === dim || others.some((dims) => dims.at(fromEnd) === dim)
  })
}
