import type { Adapter } from '../adapter.ts'
import { attention } from './attention.ts'
import { bitCast } from './bit-cast.ts'
import { causalConvWithState } from './causal-conv.ts'
import { cumProd } from './cum-prod.ts'
import { linearAttention } from './linear-attention.ts'
import { rmsNormalization } from './rms-normalization.ts'
import { rotaryEmbedding } from './rotary-embedding.ts'
import { swish } from './swish.ts'
import { tensorScatter } from './tensor-scatter.ts'

/** Operators that opsets after the canonical one added, said in what it has. */
export const NEWER: readonly Adapter[] = [
  attention,
  bitCast,
  causalConvWithState,
  cumProd,
  linearAttention,
  rmsNormalization,
  rotaryEmbedding,
  swish,
  tensorScatter,
]
