import { MemorySource } from '../../../graph/bytes/index.ts'
import { type NumpyDType, numpyDType, numpyTensor } from '../../../graph/bytes/npy.ts'
import { float16ToNumber } from '../../../graph/half.ts'
import { type Tensor, tensorData } from '../../../graph/tensor.ts'
import {
  bigInt,
  FALSE,
  float,
  int,
  type PickleObject,
  type PickleValue,
  qualifiedName,
  TRUE,
} from './value.ts'

/** `numpy.core.multiarray.scalar(dtype, bytes)` as a Python number; undefined for what is no real number. */
export function makeNumpyScalar([type, data]: readonly PickleValue[]): PickleValue | undefined {
  const dtype = type?.kind === 'object' ? dtypeOf(type) : undefined
  const raw = data && rawBytes(data)
  if (!dtype || !raw || raw.byteLength !== dtype.width || dtype.dtype.startsWith('complex')) return undefined
  const tensor = numpyTensor({ type: dtype, dims: [], fortran: false }, new MemorySource(raw))
  const [value] = tensorData(tensor)
  if (value === undefined) return undefined
  if (typeof value === 'bigint') return bigInt(value)
  if (dtype.dtype === 'bool') return value === 0 ? FALSE : TRUE
  if (dtype.dtype === 'float16') return float(float16ToNumber(value))
  return dtype.dtype.startsWith('float') ? float(value) : int(value)
}

const RECONSTRUCT = /^numpy\.(core|_core)\.multiarray\._reconstruct$/

/**
 * A pickled `numpy.ndarray` as a tensor; undefined for any other value and for arrays of strings or objects.
 * Its state is `(version, shape, dtype, is_fortran, raw bytes)`.
 */
export function numpyArrayOf(value: PickleValue): Tensor | undefined {
  if (value.kind !== 'object' || !RECONSTRUCT.test(qualifiedName(value.class))) return undefined
  if (value.state?.kind !== 'tuple') return undefined
  const [, shape, type, fortran, data] = value.state.items
  const dtype = type?.kind === 'object' ? dtypeOf(type) : undefined
  const raw = data && rawBytes(data)
  const dims = shape?.kind === 'tuple' ? shape.items.map(dimOf) : undefined
  if (!dtype || !raw || !dims?.every((dim) => dim !== undefined) || fortran?.kind !== 'bool') return undefined
  return numpyTensor({ type: dtype, dims, fortran: fortran.value }, new MemorySource(raw, 'a pickled array'))
}

const dimOf = (value: PickleValue): number | undefined =>
  value.kind === 'int' && typeof value.value === 'number' && value.value >= 0 ? value.value : undefined

/** `numpy.dtype('f8', 0, 1)` with the state `(3, '<', ...)`, whose second part is the byte order. */
function dtypeOf(record: PickleObject): NumpyDType | undefined {
  const [code] = record.args
  if (qualifiedName(record.class) !== 'numpy.dtype' || code?.kind !== 'string') return undefined
  const order = record.state?.kind === 'tuple' ? record.state.items[1] : undefined
  return numpyDType(`${order?.kind === 'string' && order.value === '>' ? '>' : '<'}${code.value}`)
}

/** Python 2 pickles raw data as a `str`, which is text to us where it happens to be valid UTF-8. */
function rawBytes(value: PickleValue): Uint8Array | undefined {
  if (value.kind === 'bytes') return value.value
  return value.kind === 'string' ? new TextEncoder().encode(value.value) : undefined
}
