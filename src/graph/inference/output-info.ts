import type { Dim } from '../dims/index.ts'
import type { DType } from '../dtype.ts'
import { tensorType, type ValueType } from '../value-type.ts'

/** What inference says of one output. */
export interface OutputInfo {
  /** undefined when inference cannot tell: what a subgraph of unknown types returns. */
  readonly type: ValueType | undefined
  /** Known integers, in row-major order. */
  readonly content?: readonly Dim[] | undefined
}

/**
 * Integers beyond 2^53 (INT64_MAX as "to the end") are not carried: a number does not hold them, and what is carried may
 * be written back as a constant.
 */
export const tensorInfo = (
  dtype: DType,
  dims: readonly Dim[] | undefined,
  content?: readonly Dim[],
): OutputInfo => ({
  type: tensorType(dtype, dims),
  content: content?.every((dim) => typeof dim !== 'number' || Number.isSafeInteger(dim))
    ? content
    : undefined,
})
