import type { DType } from '../../../graph/dtype.ts'

/**
 * PyTorch's dtypes: `bytes` an element takes in a storage, `storage` the legacy class that implies the dtype in a pickle
 * (https://github.com/pytorch/pytorch/blob/main/torch/storage.py), `dtype` ours, absent where ONNX has no such type.
 * Quantised ones map to the integers they hold; scale and zero point lie beside the tensor.
 */
export const TORCH_DTYPES = {
  float32: { bytes: 4, dtype: 'float32', storage: 'FloatStorage' },
  float64: { bytes: 8, dtype: 'float64', storage: 'DoubleStorage' },
  float16: { bytes: 2, dtype: 'float16', storage: 'HalfStorage' },
  bfloat16: { bytes: 2, dtype: 'bfloat16', storage: 'BFloat16Storage' },
  int8: { bytes: 1, dtype: 'int8', storage: 'CharStorage' },
  int16: { bytes: 2, dtype: 'int16', storage: 'ShortStorage' },
  int32: { bytes: 4, dtype: 'int32', storage: 'IntStorage' },
  int64: { bytes: 8, dtype: 'int64', storage: 'LongStorage' },
  uint8: { bytes: 1, dtype: 'uint8', storage: 'ByteStorage' },
  uint16: { bytes: 2, dtype: 'uint16' },
  uint32: { bytes: 4, dtype: 'uint32' },
  uint64: { bytes: 8, dtype: 'uint64' },
  bool: { bytes: 1, dtype: 'bool', storage: 'BoolStorage' },
  complex32: { bytes: 4 },
  complex64: { bytes: 8, dtype: 'complex64', storage: 'ComplexFloatStorage' },
  complex128: { bytes: 16, dtype: 'complex128', storage: 'ComplexDoubleStorage' },
  float8_e4m3fn: { bytes: 1, dtype: 'float8e4m3fn' },
  float8_e4m3fnuz: { bytes: 1, dtype: 'float8e4m3fnuz' },
  float8_e5m2: { bytes: 1, dtype: 'float8e5m2' },
  float8_e5m2fnuz: { bytes: 1, dtype: 'float8e5m2fnuz' },
  float8_e8m0fnu: { bytes: 1 },
  float4_e2m1fn_x2: { bytes: 1 },
  qint8: { bytes: 1, dtype: 'int8', storage: 'QInt8Storage' },
  quint8: { bytes: 1, dtype: 'uint8', storage: 'QUInt8Storage' },
  qint32: { bytes: 4, dtype: 'int32', storage: 'QInt32Storage' },
  quint4x2: { bytes: 1, storage: 'QUInt4x2Storage' },
  quint2x4: { bytes: 1, storage: 'QUInt2x4Storage' },
  bits8: { bytes: 1 },
  bits16: { bytes: 2 },
} as const satisfies Record<string, TorchDTypeRow>

interface TorchDTypeRow {
  readonly bytes: number
  readonly dtype?: DType
  readonly storage?: string
}

/** A dtype as PyTorch spells it without its `torch.` prefix. */
export type TorchDType = keyof typeof TORCH_DTYPES

const byName = new Map<string, TorchDType>()
const byStorage = new Map<string, TorchDType>()
for (const [name, row] of Object.entries(TORCH_DTYPES) as [TorchDType, TorchDTypeRow][]) {
  byName.set(name, name)
  if (row.storage) byStorage.set(row.storage, name)
}

/** `float32` → itself; undefined for what is not a dtype of PyTorch, or is newer than this table. */
export const torchDTypeFromName = (name: string): TorchDType | undefined => byName.get(name)

/** `FloatStorage` → `float32`. */
export const torchDTypeFromStorage = (className: string): TorchDType | undefined => byStorage.get(className)

/** Our dtype of a torch dtype; undefined where there is none. */
export function toDType(name: TorchDType): DType | undefined {
  const row: TorchDTypeRow = TORCH_DTYPES[name]
  return row.dtype
}

/** Bytes one element takes in a storage. */
export const elementBytes = (name: TorchDType): number => TORCH_DTYPES[name].bytes
