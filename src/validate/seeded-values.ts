import { type Dim, isFloat, type Node, type Value } from '../graph/index.ts'
import type { Random } from './random.ts'

/** How an input without recordings is filled, and what to call that in a report. */
export interface Fill {
  readonly text: string
  readonly next: (random: Random) => number
}

/** Values that the input's consumers can take: a fill that makes an operator fail would say nothing of the conversion. */
export function fillFor(input: Value): Fill {
  if (isFloat(input.dtype)) return looksLikeImage(input.dims) ? UNIT : NORMAL
  if (input.dtype === 'bool') return { text: 'random bools', next: (random) => random.below(2) }
  const bound = indexBound(input)
  if (bound !== undefined) return below(bound, `ids below ${bound}`)
  if (input.dtype === 'uint8' && looksLikeImage(input.dims)) return below(256, 'bytes')
  return { text: 'ones', next: () => 1 }
}

const UNIT: Fill = { text: 'uniform in 0..1', next: (random) => random.uniform() }
const NORMAL: Fill = { text: 'N(0, 1)', next: (random) => random.normal() }
const below = (count: number, text: string): Fill => ({ text, next: (random) => random.below(count) })

/** Rank 4 with a channel axis of 1, 3 or 4, in either layout. */
const looksLikeImage = (dims: readonly Dim[]): boolean =>
  dims.length === 4 &&
  [dims[1], dims[3]].some((channels) => channels === 1 || channels === 3 || channels === 4)

/** Operators that pass ids on unchanged. */
const CARRIERS: ReadonlySet<string> = new Set([
  'Cast',
  'Expand',
  'Flatten',
  'Identity',
  'Reshape',
  'Squeeze',
  'Transpose',
  'Unsqueeze',
])

const VISIT_LIMIT = 1000

/** Size of the smallest table that the values index by Gather, directly or through operators that only move them. */
function indexBound(input: Value): number | undefined {
  const seen = new Set<Value>([input])
  let bound: number | undefined
  for (const value of seen) {
    for (const user of value.users) {
      if (seen.size > VISIT_LIMIT) return bound
      if (CARRIERS.has(user.op) && user.inputs[0] === value)
        for (const output of user.outputs) seen.add(output)
      const size = tableSize(user, value)
      if (size !== undefined && (bound === undefined || size < bound)) bound = size
    }
  }
  return bound
}

function tableSize(node: Node, indices: Value): number | undefined {
  const [table, taken] = node.inputs
  if (node.op !== 'Gather' || taken !== indices || table?.type?.kind !== 'tensor') return undefined
  const axis = node.attribute('axis', 'int') ?? 0
  const size = table.type.dims?.at(axis)
  return typeof size === 'number' ? size : undefined
}
