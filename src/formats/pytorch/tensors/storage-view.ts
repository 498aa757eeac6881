import { ModelError } from '../../../errors/index.ts'
import { extentOf, gatherStrided, isContiguous, swapBytes } from '../../../graph/bytes/index.ts'
import { elementCount, LazyTensor, SourceTensor, type Tensor } from '../../../graph/tensor.ts'
import type { TorchStorage } from './storage.ts'
import { elementBytes, TORCH_DTYPES, type TorchDType, toDType } from './torch-dtype.ts'

/** The part of a storage that a file hands out as a storage of its own. Sizes and offsets in bytes. */
export interface StorageRange {
  readonly storage: TorchStorage
  readonly byteOffset: number
  readonly byteLength: number
}

/** What `_rebuild_tensor_v2` is given. Offset, dims and strides are in elements. */
export interface ViewShape {
  readonly dtype: TorchDType
  readonly offset: number
  readonly dims: readonly number[]
  readonly strides: readonly number[]
}

/** PyTorch's own limit is 64 dims; a view of more is damage. */
const MAX_RANK = 64

/** A view that repeats elements (stride 0) may need far more memory than its storage; this much is let through. */
const MAX_VIEW_BYTES = 2 ** 32

/** A tensor of a file: a strided window on a storage, checked against it when made, read when `tensor.bytes()` is called. */
export class StorageView implements ViewShape {
  readonly storage: TorchStorage
  readonly dtype: TorchDType
  readonly dims: readonly number[]
  readonly strides: readonly number[]
  /** Of the first element, within the range it was made from. */
  readonly offset: number
  readonly #byteOffset: number

  /** @throws ModelError CORRUPT_FILE when any element lies outside the range. */
  constructor(range: StorageRange, shape: ViewShape) {
    checkView(range, shape)
    this.storage = range.storage
    this.dtype = shape.dtype
    this.dims = shape.dims
    this.strides = shape.strides
    this.offset = shape.offset
    this.#byteOffset = range.byteOffset + shape.offset * elementBytes(shape.dtype)
  }

  /**
   * The view as a graph tensor, row-major and little-endian: the same object for equal views of one storage, a byte
   * range of the file where the view is contiguous.
   * @throws ModelError UNSUPPORTED_CONSTRUCT for a dtype that ONNX lacks, CORRUPT_FILE or TRUNCATED_FILE for missing bytes.
   */
  get tensor(): Tensor {
    const { dtype, dims, strides } = this
    const key = `${dtype}@${this.#byteOffset}[${dims}](${strides})`
    return this.storage.view(key, () => this.#makeTensor())
  }

  #makeTensor(): Tensor {
    const dtype = toDType(this.dtype)
    if (!dtype) {
      throw new ModelError('UNSUPPORTED_CONSTRUCT', {
        what: `A tensor has the dtype torch.${this.dtype}, which ONNX does not have`,
        where: { file: this.storage.name },
        next: 'Cast it to another dtype in PyTorch and save the file again',
      })
    }
    const { dims, strides } = this
    const width = elementBytes(this.dtype)
    const span = extentOf(dims, strides) * width
    const bytes = this.storage.bytes.slice(span === 0 ? 0 : this.#byteOffset, span)
    const swapped = this.storage.bigEndian ? swapUnit(this.dtype) : 1
    if (swapped === 1 && isContiguous(dims, strides)) return new SourceTensor(dtype, dims, bytes)
    return new LazyTensor(dtype, dims, () => {
      const gathered = gatherStrided(bytes.read(0, span), width, dims, strides)
      return swapped === 1 ? gathered : swapBytes(gathered, swapped)
    })
  }
}

function checkView({ storage, byteOffset, byteLength }: StorageRange, shape: ViewShape): void {
  const { dtype, dims, strides, offset } = shape
  const damaged = (what: string): ModelError =>
    new ModelError('CORRUPT_FILE', {
      what: `A tensor ${what}`,
      where: { file: storage.name },
      next: 'Download or save the file again',
    })
  const sane = (value: number): boolean => Number.isSafeInteger(value) && value >= 0
  if (
    dims.length !== strides.length ||
    dims.length > MAX_RANK ||
    ![offset, ...dims, ...strides].every(sane)
  ) {
    throw damaged(`states offset ${offset}, dims [${dims}] and strides [${strides}], which is not a view`)
  }
  const width = elementBytes(dtype)
  const last = dims.includes(0) ? 0 : offset + extentOf(dims, strides)
  if (!(last * width <= byteLength)) {
    throw damaged(`of dims [${dims}] needs ${last * width} bytes of a storage that has ${byteLength}`)
  }
  if (!sane(byteOffset) || !(byteOffset + byteLength <= storage.byteLength)) {
    throw damaged(`lies in bytes ${byteOffset} to ${byteOffset + byteLength} of ${storage.byteLength}`)
  }
  const bytes = elementCount(dims) * width
  if (!(bytes <= Math.max(MAX_VIEW_BYTES, byteLength))) {
    throw new ModelError('LIMIT_EXCEEDED', {
      what: `A tensor of dims [${dims}] would take ${bytes} bytes`,
      where: { file: storage.name },
      why: `It repeats the elements of a storage of ${byteLength} bytes`,
    })
  }
}

/** Bytes that are reversed together: an element, or each half of a complex one. */
const swapUnit = (dtype: TorchDType): number =>
  dtype.startsWith('complex') ? TORCH_DTYPES[dtype].bytes / 2 : TORCH_DTYPES[dtype].bytes
