import type { Dim } from '../dims/index.ts'
import type { DType } from '../dtype.ts'
import { tensorType, type ValueType } from '../value-type.ts'

/** What inference says of one output. */
export interface OutputInfo {
  readonly type: ValueType
  /** Known integers of a rank 0 or 1 integer tensor. */
  readonly content?: readonly Dim[] | undefined
}

export const tensorInfo = (
  dtype: DType,
  dims: readonly Dim[] | undefined,
  content?: readonly Dim[],
): OutputInfo => ({
  type: tensorType(dtype, dims),
  content,
})
