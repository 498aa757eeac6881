import type { InferenceContext } from '../inference/context.ts'
import { type OutputInfo, tensorInfo } from '../inference/output-info.ts'
import { operator } from './schema.ts'

const likeFirst = (context: InferenceContext): OutputInfo[] => [
  tensorInfo(context.dtypeAttribute('dtype') ?? context.dtype(0), context.knownDims(0)),
]

const ofShape = (context: InferenceContext): OutputInfo[] => [
  tensorInfo(context.dtypeAttribute('dtype') ?? 'float32', context.requiredInts('shape')),
]

/** Operators whose results differ from run to run. */
export const random = {
  bernoulli: operator({
    op: 'Bernoulli',
    since: 15,
    inputs: ['input'],
    outputs: ['output'],
    attributes: { dtype: 'int', seed: 'float' },
    impure: true,
    infer: likeFirst,
  }),
  /** Draws class indices from unnormalised log-probabilities [N, classes] → [N, samples]. */
  multinomial: operator({
    op: 'Multinomial',
    since: 7,
    inputs: ['input'],
    outputs: ['output'],
    attributes: { dtype: 'int', sample_size: 'int', seed: 'float' },
    impure: true,
    infer: (context) => {
      const [batch = 0] = context.dims(0)
      const dims = [batch, context.int('sample_size', 1)]
      return [tensorInfo(context.dtypeAttribute('dtype') ?? 'int32', dims)]
    },
  }),
  randomNormal: operator({
    op: 'RandomNormal',
    since: 1,
    inputs: [],
    outputs: ['output'],
    attributes: { dtype: 'int', mean: 'float', scale: 'float', seed: 'float', shape: 'ints!' },
    impure: true,
    infer: ofShape,
  }),
  randomNormalLike: operator({
    op: 'RandomNormalLike',
    since: 1,
    inputs: ['input'],
    outputs: ['output'],
    attributes: { dtype: 'int', mean: 'float', scale: 'float', seed: 'float' },
    impure: true,
    infer: likeFirst,
  }),
  randomUniform: operator({
    op: 'RandomUniform',
    since: 1,
    inputs: [],
    outputs: ['output'],
    attributes: { dtype: 'int', high: 'float', low: 'float', seed: 'float', shape: 'ints!' },
    impure: true,
    infer: ofShape,
  }),
  randomUniformLike: operator({
    op: 'RandomUniformLike',
    since: 1,
    inputs: ['input'],
    outputs: ['output'],
    attributes: { dtype: 'int', high: 'float', low: 'float', seed: 'float' },
    impure: true,
    infer: likeFirst,
  }),
} as const
