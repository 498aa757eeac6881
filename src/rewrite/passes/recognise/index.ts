import type { Pass } from '../../pass.ts'
import { recogniseActivations } from './activations.ts'
import { recogniseAttention } from './attention/index.ts'
import { recogniseBiasedGelu } from './biased-gelu.ts'
import { recogniseLeakyRelus } from './leaky-relus.ts'
import { recogniseNormalizations } from './normalizations.ts'
import { recogniseSkipNormalizations } from './skip-normalizations.ts'
import { recogniseSoftmaxes } from './softmaxes.ts'
import { recogniseSquareSums } from './square-sums.ts'

/**
 * Several nodes that compute what one operator of the target computes faster. Those that take up the additions around
 * others come after them.
 */
export const RECOGNISE: readonly Pass[] = [
  recogniseActivations,
  recogniseLeakyRelus,
  recogniseSoftmaxes,
  recogniseSquareSums,
  recogniseNormalizations,
  recogniseAttention,
  recogniseSkipNormalizations,
  recogniseBiasedGelu,
]
