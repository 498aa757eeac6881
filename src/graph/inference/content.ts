import type { Dim } from '../dims/index.ts'
import { DTYPES, type DType } from '../dtype.ts'
import { elementCount, type Tensor, tensorData } from '../tensor.ts'
import type { Value } from '../value.ts'

/** Longer tensors are data (ids, tables), not shape arithmetic. */
export const CONTENT_LIMIT = 1024

/** Whether a tensor of these dims is small enough: each of them too, since [0, 2^40] holds no element and costs a list of 2^40. */
export const isShort = (dims: readonly number[]): boolean =>
  dims.every((dim) => dim >= 0 && dim <= CONTENT_LIMIT) && elementCount(dims) <= CONTENT_LIMIT

/** dtypes whose integers are carried; of floats those that hold whole numbers (shapes computed in floating point). */
const CARRIED: ReadonlySet<DType> = new Set(['int64', 'int32', 'bool', 'float32', 'float64'])

/**
 * The integers of a value in row-major order, where they are known: those of a small constant, or what shape arithmetic
 * has carried so far. Rank 0 gives one.
 */
export function knownIntegers(value: Value): readonly Dim[] | undefined {
  if (!value.content && value.tensor) value.content = integersOf(value.tensor)
  return value.content
}

/**
 * The integers of a small tensor; undefined when it is large, or holds what no whole number says exactly: fractions, −0 and
 * integers beyond 2^53, which would become equal to their neighbours.
 */
export function integersOf(tensor: Tensor): readonly number[] | undefined {
  const numbers = shortNumbers(tensor)
  return numbers?.every((number) => Number.isSafeInteger(number) && !Object.is(number, -0))
    ? numbers
    : undefined
}

/**
 * The integers of a constant as bounds of a range, those beyond 2^53 (INT64_MAX as "to the end") as ± infinity. Only for
 * operators that clamp them.
 */
export function boundsOf({ tensor }: Value): readonly number[] | undefined {
  if (tensor === undefined || DTYPES[tensor.dtype].kind !== 'int') return undefined
  return shortNumbers(tensor)?.map((bound) =>
    Number.isSafeInteger(bound) ? bound : Math.sign(bound) * Number.POSITIVE_INFINITY,
  )
}

/** Of each tensor once: every node that takes a constant asks for its numbers whenever it is inferred. */
const numbersRead = new WeakMap<Tensor, readonly number[]>()

function shortNumbers(tensor: Tensor): readonly number[] | undefined {
  if (!CARRIED.has(tensor.dtype) || !isShort(tensor.dims)) return undefined
  const known = numbersRead.get(tensor)
  if (known) return known
  const numbers = Array.from(tensorData(tensor), Number)
  numbersRead.set(tensor, numbers)
  return numbers
}

/** Whole numbers up to ± this are exact in the dtype. */
const EXACT: { readonly [dtype in DType]?: number } = {
  int64: Number.MAX_SAFE_INTEGER,
  int32: 2 ** 31 - 1,
  float64: 2 ** 53,
  float32: 2 ** 24,
  bool: 1,
}

/**
 * Whether every value the bounds allow is exact in the dtype. A size that only memory bounds fits an int32: a tensor of
 * 2^31 elements does not exist in a 32-bit runtime; floats, which are exact only to 2^24, need a stated bound.
 */
export function fitsExactly(dtype: DType, [min, max]: readonly [number, number]): boolean {
  const limit = EXACT[dtype]
  if (limit === undefined) return false
  const integral = DTYPES[dtype].kind === 'int'
  const low = integral && min === Number.NEGATIVE_INFINITY ? 0 : min
  const high = integral && max === Number.POSITIVE_INFINITY ? 0 : max
  return low >= -limit && high <= limit && (dtype !== 'bool' || low >= 0)
}
