import type { Dim } from '../dims/index.ts'
import type { InferenceContext } from '../inference/context.ts'
import { type OutputInfo, tensorInfo } from '../inference/output-info.ts'
import { sameAsFirst } from '../inference/shared.ts'
import { operator } from './schema.ts'

const lossDims = (context: InferenceContext): readonly Dim[] =>
  context.string('reduction', 'mean') === 'none' ? context.dims(1) : []

const inferLoss = (context: InferenceContext): OutputInfo[] => [
  tensorInfo(context.dtype(0), lossDims(context)),
]

/** Losses that some exported graphs still hold. */
export const loss = {
  negativeLogLikelihoodLoss: operator({
    op: 'NegativeLogLikelihoodLoss',
    since: 13,
    inputs: ['input', 'target', 'weight?'],
    outputs: ['loss'],
    attributes: { ignore_index: 'int', reduction: 'string' },
    infer: inferLoss,
  }),
  softmaxCrossEntropyLoss: operator({
    op: 'SoftmaxCrossEntropyLoss',
    since: 13,
    inputs: ['scores', 'labels', 'weights?'],
    outputs: ['output', 'log_prob?'],
    attributes: { ignore_index: 'int', reduction: 'string' },
    infer: (context) => [...inferLoss(context), ...sameAsFirst(context)],
  }),
} as const
