import type { Node, Value } from '../../../../graph/index.ts'
import { fillOf } from '../../../match/constants.ts'
import { producerOf, soleUser } from '../../../match/uses.ts'
import { dimsOf } from '../../../pattern/layout.ts'
import type { Extents } from './extents.ts'

/**
 * Zeros for a query that no key is left for, whose softmax is NaN: wherever NaN comes out, or where a condition says so,
 * [batch or 1, (1,) sequence or 1, 1].
 */
export type Guard = { readonly kind: 'nan' } | { readonly kind: 'rows'; readonly hidden: Value }

export interface Guarded {
  readonly value: Value
  readonly guard: Guard | undefined
  readonly nodes: readonly Node[]
}

/** The weights of a softmax, with 0 for NaN where the graph does that: torch's scaled_dot_product_attention with a mask. */
export function guardedWeights(softmax: Node): Guarded {
  const value = softmax.output
  const plain = { value, guard: undefined, nodes: [] }
  if (value.userCount !== 2) return plain
  const where = value.users.find(({ op, domain }) => op === 'Where' && domain === '')
  const check = producerOf(where?.inputs[0], 'IsNaN', softmax)
  if (!where || check?.inputs[0] !== value || !isZeroElse(where, value)) return plain
  return { value: where.output, guard: { kind: 'nan' }, nodes: [check, where] }
}

/** The mixed values, with 0 for whole rows where the graph does that. */
export function guardedValues(mix: Node, extents: Extents): Guarded {
  const value = mix.output
  const where = soleUser(value)
  const plain = { value, guard: undefined, nodes: [] }
  if (where?.op !== 'Where' || where.domain !== '' || !isZeroElse(where, value)) return plain
  const hidden = where.input(0)
  if (!areRows(hidden, mix, extents)) return plain
  return { value: where.output, guard: { kind: 'rows', hidden }, nodes: [where] }
}

const isZeroElse = (where: Node, value: Value): boolean =>
  where.inputs[2] === value && fillOf(where.inputs[1]) === 0 && where.output.rank === value.rank

/** Of as many axes as the mixed values, and the same for all heads and features. */
function areRows(hidden: Value, mix: Node, { batch, queries }: Extents): boolean {
  const dims = dimsOf(hidden)
  const rank = mix.output.rank
  if (dims?.length !== rank) return false
  const [first, rows, features] = rank === 4 ? dims.toSpliced(1, 1) : dims
  const isShared = rank === 3 || dims[1] === 1
  return (
    isShared &&
    (first === 1 || first === batch.size) &&
    (rows === 1 || rows === queries.size) &&
    features === 1
  )
}
