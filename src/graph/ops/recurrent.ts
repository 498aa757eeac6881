import type { Dim } from '../dims/index.ts'
import type { InferenceContext } from '../inference/context.ts'
import { type OutputInfo, tensorInfo } from '../inference/output-info.ts'
import { operator } from './schema.ts'

const ATTRIBUTES = {
  activation_alpha: 'floats',
  activation_beta: 'floats',
  activations: 'strings',
  clip: 'float',
  direction: 'string',
  hidden_size: 'int',
  layout: 'int',
} as const

/** X [T, N, input], W [directions, gates·H, input], R [directions, gates·H, H] → Y [T, directions, N, H]. */
export const recurrent = {
  /** Gates in the order z, r, h. */
  gru: operator({
    op: 'GRU',
    since: 14,
    inputs: ['X', 'W', 'R', 'B?', 'sequence_lens?', 'initial_h?'],
    outputs: ['Y?', 'Y_h?'],
    attributes: { ...ATTRIBUTES, linear_before_reset: 'int' },
    infer: (context) => inferRecurrent(context, 1),
  }),
  /** Gates in the order i, o, f, c. */
  lstm: operator({
    op: 'LSTM',
    since: 14,
    inputs: ['X', 'W', 'R', 'B?', 'sequence_lens?', 'initial_h?', 'initial_c?', 'P?'],
    outputs: ['Y?', 'Y_h?', 'Y_c?'],
    attributes: { ...ATTRIBUTES, input_forget: 'int' },
    infer: (context) => inferRecurrent(context, 2),
  }),
  rnn: operator({
    op: 'RNN',
    since: 14,
    inputs: ['X', 'W', 'R', 'B?', 'sequence_lens?', 'initial_h?'],
    outputs: ['Y?', 'Y_h?'],
    attributes: ATTRIBUTES,
    infer: (context) => inferRecurrent(context, 1),
  }),
} as const

/** `layout` 1 puts the batch first everywhere. */
function inferRecurrent(context: InferenceContext, states: number): OutputInfo[] {
  const [first = 0, second = 0, input, more] = context.dims(0)
  if (input === undefined || more !== undefined) context.fail(`X has rank ${context.rank(0)}, not 3`)
  const directions = context.string('direction', 'forward') === 'bidirectional' ? 2 : 1
  const [given] = context.dims(1)
  if (typeof given === 'number' && given !== directions)
    context.fail(`W has ${given} directions and the attribute says ${directions}`)
  const hidden = context.dims(2)[2] ?? context.requiredInt('hidden_size')
  const batchFirst = context.int('layout', 0) === 1
  const batch = batchFirst ? first : second
  const outputs: Dim[] = batchFirst
    ? [first, second, directions, hidden]
    : [first, directions, second, hidden]
  const state = batchFirst ? [batch, directions, hidden] : [directions, batch, hidden]
  const dtype = context.dtype(0)
  return [tensorInfo(dtype, outputs), ...Array.from({ length: states }, () => tensorInfo(dtype, state))]
}
