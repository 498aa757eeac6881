import type { Pass } from '../../pass.ts'
import { einsumToMatMul } from './einsum-to-matmul.ts'
import { fuseAffineBefore } from './fuse-affine-before.ts'
import { fuseAffineBehind } from './fuse-affine-behind.ts'
import { fuseBehindShared } from './fuse-behind-shared.ts'
import { fusePad } from './fuse-pad.ts'
import { matMulAddToGemm } from './matmul-add-to-gemm.ts'
import { meanToGlobalPool } from './mean-to-global-pool.ts'
import { mergeAffineChains } from './merge-affine-chains.ts'
import { mergeBounds } from './merge-bounds.ts'

/**
 * What merges into the weights of a Conv, ConvTranspose, Gemm or MatMul beside it, and what its constants make one of. Behind
 * comes first: a chain between two layers goes to the one that gives it, whose bias takes all of it.
 */
export const WEIGHTS: readonly Pass[] = [
  einsumToMatMul,
  fuseAffineBehind,
  fuseBehindShared,
  fuseAffineBefore,
  mergeAffineChains,
  matMulAddToGemm,
  fusePad,
  mergeBounds,
  meanToGlobalPool,
]
