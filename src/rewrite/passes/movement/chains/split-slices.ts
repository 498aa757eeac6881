import type { Model, Node, Value } from '../../../../graph/index.ts'
import { builderAt } from '../../../match/edit.ts'
import { isSameType, knownDims } from '../../../match/types.ts'
import type { Pass } from '../../../pass.ts'
import { type Range, rangeOf } from './slice-cuts.ts'

/**
 * Slices that cut one axis of a tensor into parts without a rest become a Split: `x[..., :32]` and `x[..., 32:]`.
 */
export const splitSlices: Pass = {
  name: 'split-slices',
  level: 'basic',
  operators: [['Slice']],
  run(model) {
    let split = 0
    for (const node of model.graph.allNodes())
      if (node.op === 'Slice' && node.domain === '' && node.output.isUsed) split += splitFrom(model, node)
    return { slice: split }
  },
}

/** More readers than that are not looked through for parts. */
const MOST_READERS = 64

interface Part extends Range {
  readonly node: Node
}

/** The walk meets the first of the parts first: the Split stands there, and all parts are read behind it. */
function splitFrom(model: Model, node: Node): number {
  const source = node.input(0)
  const range = rangeOf(node)
  const size = range && knownDims(source)?.[range.axis]
  if (!range || typeof size !== 'number' || source.userCount > MOST_READERS || source.userCount < 2) return 0
  const parts = source.users.flatMap((user): readonly Part[] => {
    const other =
      user.graph === node.graph && user.op === 'Slice' && user.domain === '' ? rangeOf(user) : undefined
    return other?.axis === range.axis && user.output.isUsed ? [{ ...other, node: user }] : []
  })
  parts.sort((a, b) => a.start - b.start)
  const isPartition =
    parts.every((part, at) => part.start === (parts[at - 1]?.end ?? 0)) && parts.at(-1)?.end === size
  if (!isPartition || parts.length < 2) return 0
  const sizes = parts.map(({ start, end }) => end - start)
  const b = builderAt(model, node)
  const pieces = b.split(source, { split: b.int64s(sizes), axis: range.axis })
  return replaceAll(parts, pieces)
}

function replaceAll(parts: readonly Part[], pieces: readonly Value[]): number {
  parts.forEach(({ node }, index) => {
    const piece = pieces[index]
    if (piece && isSameType(piece, node.output)) {
      piece.name = node.output.name
      node.output.replaceUsesWith(piece)
    }
  })
  return parts.length
}
