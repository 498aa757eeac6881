import { ModelError } from '../../../errors/index.ts'
import type { ByteSource } from '../../../graph/bytes/index.ts'
import { byteLength, type DType } from '../../../graph/dtype.ts'
import { elementCount, SourceTensor, type Tensor } from '../../../graph/tensor.ts'

/** https://github.com/huggingface/safetensors#format: names of element types. */
const DTYPES: ReadonlyMap<string, DType> = new Map([
  ['F64', 'float64'],
  ['F32', 'float32'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
  ['I64', 'int64'],
  ['I32', 'int32'],
  ['I16', 'int16'],
  ['I8', 'int8'],
  ['U64', 'uint64'],
  ['U32', 'uint32'],
  ['U16', 'uint16'],
  ['U8', 'uint8'],
  ['BOOL', 'bool'],
  ['F8_E4M3', 'float8e4m3fn'],
  ['F8_E5M2', 'float8e5m2'],
  ['C64', 'complex64'],
])

/** The reference reader's own limit. */
const MAX_HEADER = 100_000_000

export interface SafetensorsFile {
  readonly kind: 'safetensors'
  /** By name; each a byte range of the file. */
  readonly tensors: ReadonlyMap<string, Tensor>
  /** Free text that the writer left: `format` is often `pt`. */
  readonly metadata: ReadonlyMap<string, string>
}

/** Whether the file begins with a header length and a JSON object. */
export function looksLikeSafetensors(source: ByteSource): boolean {
  if (source.size < 10) return false
  const length = headerLength(source)
  if (length < 2 || length > MAX_HEADER || length + 8 > source.size) return false
  return /^\{\s*["}]/.test(latin1(source.read(8, Math.min(length, 16))))
}

/**
 * The tensors of a safetensors file. The header is checked as the reference reader does: every range lies in the file,
 * fits its dtype and shape, and the ranges cover the data without a gap or an overlap.
 *
 * @throws ModelError CORRUPT_FILE, TRUNCATED_FILE, UNSUPPORTED_CONSTRUCT for a dtype that ONNX lacks.
 */
export function loadSafetensors(source: ByteSource): SafetensorsFile {
  const header = readHeader(source)
  const data = source.slice(8 + headerLength(source), source.size - 8 - headerLength(source))
  const tensors = new Map<string, Tensor>()
  const metadata = new Map<string, string>()
  const ranges: Range[] = []
  for (const [name, entry] of header) {
    if (name === '__metadata__') {
      for (const [key, value] of Object.entries(record(entry))) metadata.set(key, String(value))
      continue
    }
    const { tensor, range } = readEntry(source, data, name, entry)
    tensors.set(name, tensor)
    ranges.push(range)
  }
  checkCover(source, ranges, data.size)
  return { kind: 'safetensors', tensors, metadata }
}

interface Range {
  readonly start: number
  readonly end: number
}

function readHeader(source: ByteSource): [string, unknown][] {
  const length = source.size < 8 ? 0 : headerLength(source)
  if (length < 2 || length > MAX_HEADER) throw damaged(source, `its header would be ${length} bytes long`)
  const text = new TextDecoder().decode(source.read(8, length))
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (cause) {
    throw damaged(source, 'its header is not JSON', cause)
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw damaged(source, 'its header is no JSON object')
  }
  return Object.entries(parsed)
}

function readEntry(source: ByteSource, data: ByteSource, name: string, entry: unknown) {
  const { dtype: code, shape, data_offsets: offsets } = record(entry)
  const dims = integers(shape)
  const [start, end, ...rest] = integers(offsets) ?? []
  if (typeof code !== 'string' || !dims || start === undefined || end === undefined || rest.length > 0) {
    throw damaged(source, `the entry of ${JSON.stringify(name)} lacks dtype, shape or offsets`)
  }
  const dtype = DTYPES.get(code)
  if (!dtype) {
    throw new ModelError('UNSUPPORTED_CONSTRUCT', {
      what: `${source.name} stores ${name} as ${code}, which ONNX does not have`,
      next: 'Save it as float32, float16 or bfloat16',
    })
  }
  if (end - start !== byteLength(dtype, elementCount(dims))) {
    throw damaged(source, `${JSON.stringify(name)} says ${code}[${dims}] and has ${end - start} bytes`)
  }
  const tensor: Tensor = new SourceTensor(dtype, dims, data.slice(start, end - start))
  return { tensor, range: { start, end } }
}

function checkCover(source: ByteSource, ranges: Range[], size: number): void {
  ranges.sort((a, b) => a.start - b.start || a.end - b.end)
  let at = 0
  for (const { start, end } of ranges) {
    if (start !== at)
      throw damaged(source, `its tensors leave a gap or overlap at byte ${Math.min(start, at)}`)
    at = end
  }
  if (at !== size) throw damaged(source, `its tensors take ${at} of ${size} bytes`)
}

function headerLength(source: ByteSource): number {
  const head = source.read(0, 8)
  return Number(new DataView(head.buffer, head.byteOffset, 8).getBigUint64(0, true))
}

/** The fields of a parsed object; none for anything else. Only the names in the format are looked up. */
function record(value: unknown): Partial<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function integers(value: unknown): number[] | undefined {
  if (!Array.isArray(value) || value.length > 64) return undefined
  const numbers = value.filter((item): item is number => Number.isSafeInteger(item) && item >= 0)
  return numbers.length === value.length ? numbers : undefined
}

const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes)

const damaged = (source: ByteSource, what: string, cause?: unknown): ModelError =>
  new ModelError('CORRUPT_FILE', {
    what: `${source.name} is a damaged safetensors file: ${what}`,
    next: 'Download or save it again',
    cause,
  })
