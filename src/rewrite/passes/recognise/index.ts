import type { Pass } from '../../pass.ts'

/** Several nodes that compute what one operator of the target computes faster. */
export const RECOGNISE: readonly Pass[] = []
