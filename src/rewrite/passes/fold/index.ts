import type { Pass } from '../../pass.ts'
import { foldConstants } from './fold-constants.ts'
import { foldShapes } from './fold-shapes.ts'
import { foldWeightLayout } from './fold-weight-layout.ts'

/**
 * What is known before the model runs. Layouts come before constants, which would compute them at once and hold every
 * transposed weight in memory.
 */
export const FOLD: readonly Pass[] = [foldShapes, foldWeightLayout, foldConstants]
