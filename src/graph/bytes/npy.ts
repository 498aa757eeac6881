import { ModelError } from '../../errors/index.ts'
import type { DType } from '../dtype.ts'
import { elementCount, LazyTensor, SourceTensor, type Tensor } from '../tensor.ts'
import { swapBytes } from './byte-order.ts'
import type { ByteSource } from './byte-source.ts'
import { gatherStrided } from './strided.ts'

/** A NumPy element type; `width` in bytes, `unit` the bytes that byte order reverses together. */
export interface NumpyDType {
  readonly dtype: DType
  readonly width: number
  readonly unit: number
  readonly bigEndian: boolean
}

/** The array protocol's type codes (https://numpy.org/doc/stable/reference/arrays.interface.html) that tensors can have. */
const NUMPY_DTYPES: ReadonlyMap<string, DType> = new Map([
  ['f2', 'float16'],
  ['f4', 'float32'],
  ['f8', 'float64'],
  ['i1', 'int8'],
  ['i2', 'int16'],
  ['i4', 'int32'],
  ['i8', 'int64'],
  ['u1', 'uint8'],
  ['u2', 'uint16'],
  ['u4', 'uint32'],
  ['u8', 'uint64'],
  ['b1', 'bool'],
  ['c8', 'complex64'],
  ['c16', 'complex128'],
])

/** `<f4`, `|b1`, `>i8`, and without a byte order; undefined for strings, objects, records and dates. */
export function numpyDType(descr: string): NumpyDType | undefined {
  const [, order, code = ''] = /^([<>|=]?)([a-z]\d+)$/.exec(descr) ?? []
  const dtype = NUMPY_DTYPES.get(code)
  if (!dtype) return undefined
  const width = Number(code.slice(1))
  const unit = code.startsWith('c') ? width / 2 : width
  return { dtype, width, unit, bigEndian: order === '>' && unit > 1 }
}

/** How NumPy lays an array out in a run of bytes. */
export interface NumpyLayout {
  readonly type: NumpyDType
  readonly dims: readonly number[]
  /** First index fastest. */
  readonly fortran: boolean
}

/** @throws ModelError CORRUPT_FILE when the bytes are not what type and dims need. */
export function numpyTensor({ type, dims, fortran }: NumpyLayout, data: ByteSource): Tensor {
  const transposed = fortran && dims.length > 1
  const tensor = new SourceTensor(type.dtype, dims, data)
  if (!transposed && !type.bigEndian) return tensor
  return new LazyTensor(type.dtype, dims, () => {
    const bytes = tensor.bytes()
    const ordered = transposed ? gatherStrided(bytes, type.width, dims, fortranStrides(dims)) : bytes
    return type.bigEndian ? swapBytes(ordered, type.unit) : ordered
  })
}

function fortranStrides(dims: readonly number[]): number[] {
  const strides: number[] = []
  let stride = 1
  for (const dim of dims) {
    strides.push(stride)
    stride *= dim
  }
  return strides
}

const MAGIC = '\x93NUMPY'
const MAX_HEADER = 1 << 16
const MAX_RANK = 64

/**
 * A `.npy` file, versions 1.0 to 3.0 (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html), in C or
 * Fortran order, of either byte order. Nothing but the header is read before the tensor's bytes are.
 *
 * @throws ModelError UNKNOWN_FORMAT, CORRUPT_FILE, TRUNCATED_FILE, UNSUPPORTED_FORMAT (strings, objects, records).
 */
export function readNpy(source: ByteSource): Tensor {
  if (!looksLikeNpy(source)) {
    throw new ModelError('UNKNOWN_FORMAT', { what: `${source.name} is not a NumPy array (.npy)` })
  }
  const { layout, start } = readHeader(source)
  const bytes = elementCount(layout.dims) * layout.type.width
  if (!(bytes <= source.size - start)) {
    throw new ModelError('TRUNCATED_FILE', {
      what: `${source.name} holds ${source.size - start} of the ${bytes} bytes of its array`,
      next: 'Download or save it again',
    })
  }
  return numpyTensor(layout, source.slice(start, bytes))
}

export function looksLikeNpy(source: ByteSource): boolean {
  return source.size >= 10 && latin1(source.read(0, MAGIC.length)) === MAGIC
}

function readHeader(source: ByteSource): { layout: NumpyLayout; start: number } {
  const head = source.read(6, 4)
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  const major = view.getUint8(0)
  if (major < 1 || major > 3) {
    throw new ModelError('UNSUPPORTED_FORMAT', { what: `${source.name} is a .npy file of version ${major}` })
  }
  const start = major === 1 ? 10 : 12
  const wide = source.read(8, start - 8)
  const length = [...wide].reduceRight((sum, byte) => sum * 256 + byte, 0)
  if (length > MAX_HEADER) throw badHeader(source, `it states a header of ${length} bytes`)
  return { layout: parseHeader(source, latin1(source.read(start, length))), start: start + length }
}

/** `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`: a Python literal, read by its fixed form. */
function parseHeader(source: ByteSource, text: string): NumpyLayout {
  const fields = new Map<string, string>()
  const entry = /\s*'(\w+)'\s*:\s*('[^']*'|True|False|\([^()]*\))\s*(?:,|(?=\}))/y
  entry.lastIndex = text.startsWith('{') ? 1 : text.length
  for (let match = entry.exec(text); match; match = entry.exec(text))
    fields.set(match[1] ?? '', match[2] ?? '')
  const dims = parseShape(fields.get('shape'))
  const order = fields.get('fortran_order')
  if (!dims || (order !== 'True' && order !== 'False')) {
    throw badHeader(source, `its header is ${JSON.stringify(text.trim().slice(0, 120))}`)
  }
  const type = numpyDType(fields.get('descr')?.slice(1, -1) ?? '')
  if (!type) {
    throw new ModelError('UNSUPPORTED_FORMAT', {
      what: `${source.name} holds no numbers: its header is ${JSON.stringify(text.trim().slice(0, 120))}`,
      next: 'Save it as an array of floats, ints or bools',
    })
  }
  return { type, dims, fortran: order === 'True' }
}

function parseShape(text: string | undefined): number[] | undefined {
  const parts = text
    ?.slice(1, -1)
    .split(',')
    .map((part) => part.trim())
  if (parts?.at(-1) === '') parts.pop()
  if (!parts || parts.length > MAX_RANK || !parts.every((part) => /^\d{1,15}L?$/.test(part))) return undefined
  return parts.map((part) => Number.parseInt(part, 10))
}

const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes.subarray(0, MAX_HEADER))

const badHeader = (source: ByteSource, why: string): ModelError =>
  new ModelError('CORRUPT_FILE', { what: `${source.name} is a damaged .npy file: ${why}` })
