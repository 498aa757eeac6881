import type { Dim } from '../dims/index.ts'
import { elementCount, tensorData } from '../tensor.ts'
import type { Value } from '../value.ts'

/** Longer integer tensors are data (ids, tables), not shape arithmetic. */
const CONTENT_LIMIT = 1024

/**
 * The integers of a value, where they are known: those of a small integer constant, or what shape arithmetic has
 * carried so far. Rank 0 gives one.
 */
export function knownIntegers(value: Value): readonly Dim[] | undefined {
  if (value.content || !value.tensor) return value.content
  const { tensor } = value
  const integral = tensor.dtype === 'int64' || tensor.dtype === 'int32' || tensor.dtype === 'bool'
  if (!integral || tensor.dims.length > 1 || elementCount(tensor.dims) > CONTENT_LIMIT) return undefined
  value.content = Array.from(tensorData(tensor), Number)
  return value.content
}
