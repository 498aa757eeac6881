import type { Pass } from '../pass.ts'
import { eliminateDeadCode } from './eliminate-dead-code.ts'
import { foldConstants } from './fold-constants.ts'
import { foldShapes } from './fold-shapes.ts'
import { foldWeightLayout } from './fold-weight-layout.ts'
import { fuseConvBatchNorm } from './fuse-conv-batchnorm.ts'
import { removeNoOps } from './remove-no-ops.ts'
import { shareInitializers } from './share-initializers.ts'

/**
 * The order of rewriting: what nobody reads is taken out first, then what is known, then what it makes redundant, then fusions. Layouts
 * come before constants, which would compute them at once and hold every transposed weight in memory.
 */
export const PASSES: readonly Pass[] = [
  eliminateDeadCode,
  foldShapes,
  foldWeightLayout,
  foldConstants,
  removeNoOps,
  fuseConvBatchNorm,
  shareInitializers,
]
