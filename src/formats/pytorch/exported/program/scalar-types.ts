import type { TorchDType } from '../../tensors/index.ts'

/** `ScalarType` of torch/_export/serde/schema.py. They are not the numbers of c10, which TorchScript writes. */
const SCALAR_TYPES: ReadonlyMap<number, TorchDType> = new Map([
  [1, 'uint8'],
  [2, 'int8'],
  [3, 'int16'],
  [4, 'int32'],
  [5, 'int64'],
  [6, 'float16'],
  [7, 'float32'],
  [8, 'float64'],
  [9, 'complex32'],
  [10, 'complex64'],
  [11, 'complex128'],
  [12, 'bool'],
  [13, 'bfloat16'],
  [28, 'uint16'],
  [29, 'float8_e4m3fn'],
  [30, 'float8_e5m2'],
  [31, 'float8_e4m3fnuz'],
  [32, 'float8_e5m2fnuz'],
  [33, 'float8_e8m0fnu'],
  [34, 'uint32'],
  [35, 'uint64'],
])

/** undefined for a number that a newer torch gave a meaning. */
export const torchDTypeOf = (scalarType: number): TorchDType | undefined => SCALAR_TYPES.get(scalarType)

/** `MemoryFormat` there, by the names that Python has for them. */
export const MEMORY_FORMATS: ReadonlyMap<number, string> = new Map([
  [1, 'contiguous_format'],
  [2, 'channels_last'],
  [3, 'channels_last_3d'],
  [4, 'preserve_format'],
])
