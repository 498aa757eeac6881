import type { DType } from '../dtype.ts'
import type { Value } from '../value.ts'

/**
 * Computes an operator in another dtype, because the kernel for its own is missing where the model runs: inputs of `dtype`
 * are cast to `through`, and results back. `through` holds every value of `dtype`, and is no dtype of results that are not
 * elements (positions are int64).
 */
export interface Detour {
  readonly dtype: DType
  readonly through: DType
  /** The first input that is cast: a condition before it is none of the elements. */
  readonly from: number
}

/** Which detour a call takes, if any. */
export type DetourOf = (op: string, inputs: readonly (Value | undefined)[]) => Detour | undefined
