import type { DetourOf, DType } from '../../../graph/index.ts'

type Through = { readonly [dtype in DType]?: DType }

const NARROW: Through = { uint8: 'int32', int8: 'int32', int16: 'int32', uint16: 'int32' }
const SIXTEEN: Through = { int16: 'int32', uint16: 'int32' }
const UNSIGNED: Through = { uint8: 'int32', uint16: 'int32' }
const BOOL: Through = { bool: 'int32' }

/**
 * What onnxruntime-web's wasm provider has no kernel for, and the dtype that it is computed in instead: exact, as the
 * results of narrow integers wrap when they are cast back. test/formats/pytorch/aten/missing-kernels.test.ts asks the
 * runtime.
 */
export const MISSING_KERNELS: { readonly [op: string]: Through } = {
  ArgMax: { ...SIXTEEN, ...BOOL },
  ArgMin: { ...SIXTEEN, ...BOOL },
  Clip: SIXTEEN,
  CumSum: { ...NARROW, ...BOOL },
  Einsum: NARROW,
  MatMul: NARROW,
  Max: { ...SIXTEEN, ...BOOL },
  Min: { ...SIXTEEN, ...BOOL },
  Neg: UNSIGNED,
  NonZero: { ...SIXTEEN, int8: 'int32', float64: 'bool' },
  Pad: SIXTEEN,
  Pow: { uint8: 'int64', int8: 'int64', int16: 'int64', uint16: 'int64' },
  ReduceMax: SIXTEEN,
  ReduceMin: SIXTEEN,
  ReduceProd: NARROW,
  ReduceSum: NARROW,
  TopK: { uint16: 'int32', ...BOOL },
  Trilu: NARROW,
  Where: { int8: 'int32', ...SIXTEEN, ...BOOL },
}

/** A condition comes first. */
const FIRST_ELEMENTS: { readonly [op: string]: number } = { Where: 1 }

export const detourOf: DetourOf = (op, inputs) => {
  const from = FIRST_ELEMENTS[op] ?? 0
  const type = inputs[from]?.type
  if (type?.kind !== 'tensor') return undefined
  const through = MISSING_KERNELS[op]?.[type.dtype]
  return through && { dtype: type.dtype, through, from }
}
