import type { Tensor } from '../graph/index.ts'
import type { TargetName } from '../targets/index.ts'

/**
 * What a request may ask for. `int8` is an intent, decided layer by layer; `int8-dynamic` and `int8-weights` are exact forms,
 * obeyed or refused; `fp16` stores every weight in half.
 */
export type QuantScheme = 'none' | 'fp16' | 'int8' | 'int8-dynamic' | 'int8-weights'

/**
 * What became of one layer.
 * - `float32`: as it was.
 * - `fp16`, `int8-weights`: stored small, float again once the session is made.
 * - `int8-dynamic`: integer sums over an activation that is quantised as the model runs.
 */
export type LayerScheme = 'float32' | 'fp16' | 'int8-weights' | 'int8-dynamic'

export interface QuantizeOptions {
  readonly scheme: QuantScheme
  readonly target: TargetName
  /** What single weights must not go beyond, whatever the scheme would choose. */
  readonly limits?: Limits
}

/** The smallest form that weights may take, and why. */
export interface Limit {
  readonly scheme: 'float32' | 'int8-weights'
  readonly reason: string
}

/** By tensor: clones of a model share them, and so do tied layers. */
export type Limits = ReadonlyMap<Tensor, Limit>

export interface LayerReport {
  readonly name: string
  readonly scheme: LayerScheme
  /** Signal-to-noise ratio of the weights, 10·log10(Σw² / Σ(w − ŵ)²); null where nothing is lost. */
  readonly sqnrDb: number | null
  /** Why this form, in words. */
  readonly reason: string
}

export interface Quantization {
  readonly scheme: QuantScheme
  readonly layers: readonly LayerReport[]
  /** The form that each quantised tensor took; where its readers differ, the one that loses most. */
  readonly forms: ReadonlyMap<Tensor, LayerScheme>
}

/** What a scheme's function gives. */
export type Quantized = Pick<Quantization, 'layers' | 'forms'>
