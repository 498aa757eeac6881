import type { DType } from '../graph/index.ts'
import { wasm } from './wasm.ts'

/** Extents of a layer seen as one matrix product: `[rows, reduction] · [reduction, columns]`. */
export interface MatrixSize {
  /** MatMul: rows of the activation. Conv: output positions of one image. */
  readonly rows: number
  /** Length of each sum: MatMul's inner dim, Conv's channels/group · kernel. */
  readonly reduction: number
  /** MatMul: columns of the weights. Conv: output channels. */
  readonly columns: number
}

/** A layer's integer form: 8-bit weights times an activation that is quantised as the model runs. */
export interface IntegerKernel {
  /** What the profile shows: after onnxruntime's fusions where it has any. */
  readonly kernels: readonly string[]
  readonly weights: 'int8' | 'uint8'
  /** Whether groups (depthwise) are computed at a gain too. */
  readonly groups: boolean
  /** The integer form is faster than float from here on, every extent reached. */
  readonly gainsFrom: MatrixSize
  /** The measurement that says so. */
  readonly origin: string
}

export type IntegerOperator = 'MatMul' | 'Conv'

/** Operators that stand for several nodes, by the names that ONNX or onnxruntime's own domain give them. */
export type FusedOperator =
  | 'BiasGelu'
  | 'Elu'
  | 'FastGelu'
  | 'Gelu'
  | 'GroupNormalization'
  | 'HardSigmoid'
  | 'HardSwish'
  | 'InstanceNormalization'
  | 'LayerNormalization'
  | 'LeakyRelu'
  | 'LogSoftmax'
  | 'LpNormalization'
  | 'Mish'
  | 'MultiHeadAttention'
  | 'PRelu'
  | 'QuickGelu'
  | 'ReduceL2'
  | 'ReduceLogSumExp'
  | 'ReduceSumSquare'
  | 'RotaryEmbedding'
  | 'Selu'
  | 'SimplifiedLayerNormalization'
  | 'SkipLayerNormalization'
  | 'SkipSimplifiedLayerNormalization'
  | 'Softmax'
  | 'Softsign'

/** Whether the operator is worth putting for the nodes that it stands for. */
export interface FusedKernel {
  readonly gains: boolean
  /** dtypes that it has kernels for: with another, a model that holds it does not load. */
  readonly dtypes: readonly DType[]
  /** The measurement that says so, as time / time of the nodes, small to large inputs. */
  readonly origin: string
}

export interface TargetCapabilities {
  readonly fused: { readonly [op in FusedOperator]: FusedKernel }
  readonly integer: { readonly [op in IntegerOperator]: IntegerKernel }
  /**
   * Storage forms that the session's own constant folding turns back into float weights as the model loads: the size of
   * the one, the speed of the other.
   */
  readonly storage: { readonly forms: readonly ('int8' | 'fp16')[]; readonly origin: string }
}

/** What each execution provider runs, and how fast: one table. */
export const TARGETS = { wasm } as const satisfies { readonly [name: string]: TargetCapabilities }

export type TargetName = keyof typeof TARGETS
