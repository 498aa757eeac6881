import type { Pass } from '../../pass.ts'
import { fuseConvBatchNorm } from './fuse-conv-batchnorm.ts'

/** What merges into the weights of a Conv, ConvTranspose, Gemm or MatMul beside it. */
export const WEIGHTS: readonly Pass[] = [fuseConvBatchNorm]
