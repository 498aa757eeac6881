import { ModelError } from '../errors/index.ts'
import type { ByteSource } from './bytes/index.ts'
import { byteLength, type DType } from './dtype.ts'
import { numberToBfloat16, numberToFloat16 } from './half.ts'
import { type TypedArray, typedView } from './typed-array.ts'

/**
 * Constant data: dtype, dims and bytes that may still lie in a file. Bytes are little-endian, row-major, as ONNX
 * `raw_data` has them (4-bit types packed, low nibble first). Nothing is read or copied before `bytes()` is called, and
 * a tensor is never written to once made: graphs, clones and tied weights share one object.
 */
export interface Tensor {
  readonly dtype: DType
  readonly dims: readonly number[]
  /** Raw little-endian bytes; may be a view of a file's buffer. Strings have none: see `StringTensor`. */
  bytes(): Uint8Array
  /** Bytes `[offset, offset + length)` of them, without the others in memory where that can be: tensors may exceed any buffer. */
  part(offset: number, length: number): Uint8Array
  /** The plain byte range this tensor is, where it is one: lets writers and caches refer to it in place. */
  readonly source: ByteSource | undefined
}

/** Number of elements; 1 for a scalar. */
export const elementCount = (dims: readonly number[]): number =>
  dims.reduce((product, dim) => product * dim, 1)

/** Size of the tensor's data in bytes. */
export const tensorByteLength = (tensor: Pick<Tensor, 'dtype' | 'dims'>): number =>
  byteLength(tensor.dtype, elementCount(tensor.dims))

/** A tensor whose bytes are a contiguous range of a source. */
export class SourceTensor implements Tensor {
  readonly dtype: DType
  readonly dims: readonly number[]
  readonly source: ByteSource

  /** @throws ModelError CORRUPT_FILE when the source's size is not what dtype and dims need. */
  constructor(dtype: DType, dims: readonly number[], source: ByteSource) {
    const wanted = byteLength(dtype, elementCount(dims))
    if (source.size !== wanted) {
      throw new ModelError('CORRUPT_FILE', {
        what: `A tensor of ${source.name} says ${dtype}[${dims}], which is ${wanted} bytes, and has ${source.size}`,
      })
    }
    this.dtype = dtype
    this.dims = dims
    this.source = source
  }

  bytes(): Uint8Array {
    return this.source.read(0, this.source.size)
  }

  part(offset: number, length: number): Uint8Array {
    return this.source.read(offset, length)
  }
}

type ComputePart = (offset: number, length: number) => Uint8Array

/** A tensor whose bytes are computed when first asked for (strided views, casts), and kept weakly. */
export class LazyTensor implements Tensor {
  readonly dtype: DType
  readonly dims: readonly number[]
  readonly source = undefined
  readonly #compute: () => Uint8Array
  readonly #computePart: ComputePart | undefined
  #kept: WeakRef<Uint8Array> | undefined

  /** @param computePart computes some of the bytes alone; without it they are cut out of all. */
  constructor(dtype: DType, dims: readonly number[], compute: () => Uint8Array, computePart?: ComputePart) {
    this.dtype = dtype
    this.dims = dims
    this.#compute = compute
    this.#computePart = computePart
  }

  bytes(): Uint8Array {
    const kept = this.#kept?.deref()
    if (kept) return kept
    const bytes = this.#compute()
    this.#kept = new WeakRef(bytes)
    return bytes
  }

  part(offset: number, length: number): Uint8Array {
    const kept = this.#kept?.deref()
    if (!kept && this.#computePart) return this.#computePart(offset, length)
    return (kept ?? this.bytes()).subarray(offset, offset + length)
  }
}

/** A tensor over bytes in memory. */
export class MemoryTensor implements Tensor {
  readonly dtype: DType
  readonly dims: readonly number[]
  readonly source = undefined
  readonly #bytes: Uint8Array

  constructor(dtype: DType, dims: readonly number[], bytes: Uint8Array) {
    const wanted = byteLength(dtype, elementCount(dims))
    if (bytes.byteLength !== wanted) {
      throw new ModelError('INTERNAL', {
        what: `${dtype}[${dims}] needs ${wanted} bytes, not ${bytes.byteLength}`,
      })
    }
    this.dtype = dtype
    this.dims = dims
    this.#bytes = bytes
  }

  bytes(): Uint8Array {
    return this.#bytes
  }

  part(offset: number, length: number): Uint8Array {
    return this.#bytes.subarray(offset, offset + length)
  }
}

/** A tensor of strings, which have no fixed width. */
export class StringTensor implements Tensor {
  readonly dtype = 'string'
  readonly dims: readonly number[]
  readonly strings: readonly string[]
  readonly source = undefined

  constructor(dims: readonly number[], strings: readonly string[]) {
    this.dims = dims
    this.strings = strings
  }

  bytes(): Uint8Array {
    throw new ModelError('INVALID_NODE', { what: 'Strings stand where numbers are computed with' })
  }

  part(): Uint8Array {
    return this.bytes()
  }
}

/** Bytes that lie in a file are looked at in pieces of this size, a multiple of every element's. */
const READ_BYTES = 2 ** 26

/** Those that are computed are in larger ones: a transposed weight is read once for each of its pieces. */
const COMPUTED_BYTES = 2 ** 29

/**
 * The tensor's bytes, in order, a piece at a time: how whatever goes through weights looks at them. No piece is larger than
 * half a GiB, however large the tensor is.
 */
export function* tensorChunks(tensor: Tensor): Generator<Uint8Array> {
  const size = tensorByteLength(tensor)
  const most = tensor.source ? READ_BYTES : COMPUTED_BYTES
  if (size <= most) yield tensor.bytes()
  else for (let at = 0; at < size; at += most) yield tensor.part(at, Math.min(most, size - at))
}

/** The same elements under other dims. */
export const reshapedTensor = (tensor: Tensor, dims: readonly number[]): Tensor =>
  tensor.source
    ? new SourceTensor(tensor.dtype, dims, tensor.source)
    : new LazyTensor(
        tensor.dtype,
        dims,
        () => tensor.bytes(),
        (offset, length) => tensor.part(offset, length),
      )

/** Half-precision arrays hold bit patterns. */
const ELEMENTS: { readonly [dtype in DType]?: (value: number) => number } = {
  float16: numberToFloat16,
  bfloat16: numberToBfloat16,
}

/**
 * A tensor of numbers given as JavaScript numbers or bigints.
 *
 * @example tensorOf('int64', [2], [3n, -1n]); tensorOf('float32', [], [0.5])
 */
export function tensorOf(dtype: DType, dims: readonly number[], values: ArrayLike<number | bigint>): Tensor {
  const bytes = new Uint8Array(byteLength(dtype, values.length))
  const view = typedView(dtype, bytes)
  if (view instanceof BigInt64Array || view instanceof BigUint64Array) {
    for (let i = 0; i < values.length; i++) view[i] = BigInt(values[i] ?? 0)
  } else {
    const element = ELEMENTS[dtype] ?? Number
    for (let i = 0; i < values.length; i++) view[i] = element(Number(values[i] ?? 0))
  }
  return new MemoryTensor(dtype, dims, bytes)
}

/** A tensor over an array of its own dtype's elements, which is not copied. */
export const tensorOver = (dtype: DType, dims: readonly number[], data: TypedArray): Tensor =>
  new MemoryTensor(dtype, dims, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))

/** Numeric data of a tensor as a typed array of its own dtype (a view where alignment allows). */
export const tensorData = (tensor: Tensor): TypedArray => typedView(tensor.dtype, tensor.bytes())
