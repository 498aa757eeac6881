import type { Pass } from '../../pass.ts'
import { recogniseActivations } from './activations.ts'
import { recogniseNormalizations } from './normalizations.ts'

/** Several nodes that compute what one operator of the target computes faster. */
export const RECOGNISE: readonly Pass[] = [recogniseActivations, recogniseNormalizations]
