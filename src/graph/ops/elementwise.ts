import type { InferenceContext } from '../inference/context.ts'
import { type OutputInfo, tensorInfo } from '../inference/output-info.ts'
import { broadcastAll, sameAsFirst } from '../inference/shared.ts'
import { inferArithmetic } from './integer-arithmetic.ts'
import { operator } from './schema.ts'

const broadcastFirst = (context: InferenceContext): OutputInfo[] => [
  tensorInfo(context.dtype(0), broadcastAll(context)),
]

export const relu = operator({
  op: 'Relu',
  since: 14,
  inputs: ['X'],
  outputs: ['Y'],
  attributes: {},
  infer: sameAsFirst,
})
export const add = operator({
  op: 'Add',
  since: 14,
  inputs: ['A', 'B'],
  outputs: ['C'],
  attributes: {},
  infer: inferArithmetic,
})
export const max = operator({
  op: 'Max',
  since: 13,
  inputs: ['data_0...'],
  outputs: ['max'],
  attributes: {},
  infer: broadcastFirst,
})
