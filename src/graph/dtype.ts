/**
 * Element types, named as onnxruntime names them. One table; everything else is derived from it.
 * `onnx`: TensorProto.DataType (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
 * `short`: the spelling of `?input=x:f32[...]`. `bits`: width of one element in a file.
 */
export const DTYPES = {
  float32: { onnx: 1, bits: 32, short: 'f32', kind: 'float' },
  uint8: { onnx: 2, bits: 8, short: 'u8', kind: 'uint' },
  int8: { onnx: 3, bits: 8, short: 'i8', kind: 'int' },
  uint16: { onnx: 4, bits: 16, short: 'u16', kind: 'uint' },
  int16: { onnx: 5, bits: 16, short: 'i16', kind: 'int' },
  int32: { onnx: 6, bits: 32, short: 'i32', kind: 'int' },
  int64: { onnx: 7, bits: 64, short: 'i64', kind: 'int' },
  string: { onnx: 8, bits: 0, short: 'str', kind: 'string' },
  bool: { onnx: 9, bits: 8, short: 'bool', kind: 'bool' },
  float16: { onnx: 10, bits: 16, short: 'f16', kind: 'float' },
  float64: { onnx: 11, bits: 64, short: 'f64', kind: 'float' },
  uint32: { onnx: 12, bits: 32, short: 'u32', kind: 'uint' },
  uint64: { onnx: 13, bits: 64, short: 'u64', kind: 'uint' },
  complex64: { onnx: 14, bits: 64, short: 'c64', kind: 'complex' },
  complex128: { onnx: 15, bits: 128, short: 'c128', kind: 'complex' },
  bfloat16: { onnx: 16, bits: 16, short: 'bf16', kind: 'float' },
  float8e4m3fn: { onnx: 17, bits: 8, short: 'f8e4m3fn', kind: 'float' },
  float8e4m3fnuz: { onnx: 18, bits: 8, short: 'f8e4m3fnuz', kind: 'float' },
  float8e5m2: { onnx: 19, bits: 8, short: 'f8e5m2', kind: 'float' },
  float8e5m2fnuz: { onnx: 20, bits: 8, short: 'f8e5m2fnuz', kind: 'float' },
  uint4: { onnx: 21, bits: 4, short: 'u4', kind: 'uint' },
  int4: { onnx: 22, bits: 4, short: 'i4', kind: 'int' },
} as const satisfies Record<string, { onnx: number; bits: number; short: string; kind: DTypeKind }>

export type DTypeKind = 'float' | 'int' | 'uint' | 'bool' | 'string' | 'complex'
export type DType = keyof typeof DTYPES

const byOnnx = new Map<number, DType>()
const byName = new Map<string, DType>()
for (const [name, row] of Object.entries(DTYPES) as [DType, (typeof DTYPES)[DType]][]) {
  byOnnx.set(row.onnx, name)
  byName.set(name, name)
  byName.set(row.short, name)
}

/** The dtype of a TensorProto.DataType number; undefined for one we do not know. */
export const dtypeFromOnnx = (code: number): DType | undefined => byOnnx.get(code)

/** The dtype of a short (`f32`) or long (`float32`) name. */
export const dtypeFromName = (name: string): DType | undefined => byName.get(name)

export const dtypeNames = (): string[] => [...byName.keys()]

export const isFloat = (dtype: DType): boolean => DTYPES[dtype].kind === 'float'
export const isInteger = (dtype: DType): boolean =>
  DTYPES[dtype].kind === 'int' || DTYPES[dtype].kind === 'uint'

/** Bytes that `count` elements take in a file; 4-bit types are packed two to a byte. */
export const byteLength = (dtype: DType, count: number): number => Math.ceil((DTYPES[dtype].bits * count) / 8)
