import type { DType } from '../graph/index.ts'
import type { FusedKernel, FusedOperator } from './target.ts'

const FLOATS: readonly DType[] = ['float32', 'float16']
const WITH_DOUBLE: readonly DType[] = [...FLOATS, 'float64']

const gains = (origin: string, dtypes = FLOATS): FusedKernel => ({ gains: true, dtypes, origin })
const loses = (origin: string, dtypes = FLOATS): FusedKernel => ({ gains: false, dtypes, origin })

/**
 * Operators of onnxruntime-web's wasm provider against the nodes that they stand for, with onnxruntime's own optimiser at work on both:
 * bench/fusions.ts, table in docs/rewriting.md. That a dtype has a kernel is held by test/targets/fused.test.ts.
 */
export const wasmFused: { readonly [op in FusedOperator]: FusedKernel } = {
  BiasGelu: gains('1.0, and the MatMul before it stays one node'),
  Elu: loses('0.9 to 1.2: its exponential is the slower one'),
  FastGelu: gains('1.0 to 0.95 of Add and Gelu, one node less'),
  Gelu: gains('erf 0.85 to 0.92, tanh 0.7 to 0.8; the same as FastGelu and com.microsoft.Gelu'),
  GroupNormalization: loses('1.2 to 1.8: a function of ReduceMean, Sub, Mul, … at load'),
  HardSigmoid: gains('0.8 to 0.45'),
  HardSwish: gains('0.8 to 0.5'),
  InstanceNormalization: gains('0.65 to 0.8'),
  LayerNormalization: gains(
    '0.6 to 1.0, but 1.1 to 1.5 of the spelling x·r + (β − μ·r) from 384 columns on: nine nodes or more become one, and SkipLayerNormalization follows',
    WITH_DOUBLE,
  ),
  LeakyRelu: gains('0.9 to 0.4'),
  LogSoftmax: gains(
    '0.7 to 0.57 along the last axis, 0.75 to 1.7 along another; of float64 its kernel passes over NaN (1.32)',
  ),
  LpNormalization: loses('0.9 to 0.96, and of zeros it makes zeros where a division makes NaN'),
  Mish: loses('1.0: Softplus, Tanh and Mul at load'),
  MultiHeadAttention: gains(
    '0.8 to 1.0 from 1 to 512 tokens, heads of 32 and 64, masked or not; biases within 0.9 to 1.0; keys and values by heads 0.7 to 1.0',
  ),
  PRelu: gains('0.9 to 0.4'),
  QuickGelu: gains('1.0: what onnxruntime makes at load of the spellings that it knows'),
  ReduceL2: gains('0.95 to 0.8 along any axes', WITH_DOUBLE),
  ReduceLogSumExp: loses('1.0 to 1.8 of max + log Σ exp, and ∞ where that is NaN', WITH_DOUBLE),
  ReduceSumSquare: gains('0.8 to 1.0 along any axes', WITH_DOUBLE),
  RotaryEmbedding: loses('0.8 of one token, 1.4 to 2 of more'),
  Selu: loses('0.9 to 0.95, and torch writes Selu itself'),
  SimplifiedLayerNormalization: gains('0.7 to 0.84', WITH_DOUBLE),
  SkipLayerNormalization: gains('0.94 to 0.97'),
  SkipSimplifiedLayerNormalization: gains('0.92 to 0.96'),
  Softmax: gains('0.7 to 0.55 along the last axis, 0.77 to 1.7 along another', WITH_DOUBLE),
  Softsign: gains('0.85 to 0.7'),
}
