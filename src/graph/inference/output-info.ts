import type { Dim } from '../dims/index.ts'
import type { DType } from '../dtype.ts'
import { tensorType, type ValueType } from '../value-type.ts'
import { CONTENT_LIMIT, isShort } from './content.ts'

/** What inference says of one output. */
export interface OutputInfo {
  /** undefined when inference cannot tell: what a subgraph of unknown types returns. */
  readonly type: ValueType | undefined
  /** Known integers, in row-major order. */
  readonly content?: readonly Dim[] | undefined
}

/** What an operator knows of its result's integers; as a function, it is computed only for a result that is short. */
export type KnownContent = readonly Dim[] | undefined | (() => readonly Dim[] | undefined)

/**
 * Integers beyond 2^53 (INT64_MAX as "to the end") are not carried: a number does not hold them, and what is carried may
 * be written back as a constant. Nor are more than `CONTENT_LIMIT`: a few operators that double their input would fill
 * the memory.
 */
export const tensorInfo = (
  dtype: DType,
  dims: readonly Dim[] | undefined,
  content?: KnownContent,
): OutputInfo => ({ type: tensorType(dtype, dims), content: carried(dims, content) })

function carried(dims: readonly Dim[] | undefined, known: KnownContent): readonly Dim[] | undefined {
  if (known === undefined || (dims?.every((dim) => typeof dim === 'number') && !isShort(dims)))
    return undefined
  const content = typeof known === 'function' ? known() : known
  if (!content || content.length > CONTENT_LIMIT) return undefined
  return content.every((dim) => typeof dim !== 'number' || Number.isSafeInteger(dim)) ? content : undefined
}
