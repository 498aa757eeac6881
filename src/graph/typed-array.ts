import { ModelError } from '../errors/index.ts'
import type { DType } from './dtype.ts'

/** float16 and bfloat16 are kept as their bit patterns in a Uint16Array: see `half.ts` for their values. */
export type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array

interface ArrayClass {
  readonly BYTES_PER_ELEMENT: number
  new (length: number): TypedArray
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): TypedArray
}

const CLASSES: Partial<Record<DType, ArrayClass>> = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
}

/** Whether elements of the dtype are numbers, or bit patterns, of a typed array. */
export const hasTypedArray = (dtype: DType): boolean => CLASSES[dtype] !== undefined

/**
 * Bytes seen as elements of `dtype`; copied only when they are not aligned for it. The host is little-endian, as every
 * platform that runs Node or a browser is.
 * @throws ModelError INVALID_NODE for strings, complex, 8-bit float and 4-bit types, which have no array class.
 */
export function typedView(dtype: DType, bytes: Uint8Array): TypedArray {
  const Class = classOf(dtype)
  // A copy by the constructor: `slice` of a Buffer, which a read may return, is a view that is as misaligned.
  const aligned = bytes.byteOffset % Class.BYTES_PER_ELEMENT === 0 ? bytes : new Uint8Array(bytes)
  return new Class(aligned.buffer, aligned.byteOffset, aligned.byteLength / Class.BYTES_PER_ELEMENT)
}

/** Zeros. @throws ModelError INVALID_NODE as `typedView` does. */
export function typedArray(dtype: DType, length: number): TypedArray {
  const Class = classOf(dtype)
  return new Class(length)
}

function classOf(dtype: DType): ArrayClass {
  const Class = CLASSES[dtype]
  if (Class) return Class
  throw new ModelError('INVALID_NODE', {
    what: `Elements of dtype ${dtype} stand where numbers are computed with`,
  })
}
