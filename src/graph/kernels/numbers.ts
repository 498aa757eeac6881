import { DTYPES, type DType } from '../dtype.ts'
import { bfloat16ToNumber, float16ToNumber, numberToBfloat16, numberToFloat16 } from '../half.ts'
import { elementCount, type Tensor, tensorData, tensorOver } from '../tensor.ts'
import { type TypedArray, typedArray } from '../typed-array.ts'

/**
 * Elements as JavaScript computes with them: 64-bit integers as bigints, all other numbers as numbers (half floats
 * widened). What is computed in double and then rounded to float32 or less is rounded as if computed there, for +, −, ×, ÷
 * and √: https://doi.org/10.1145/221332.221334 (double rounding is innocuous from 2p + 2 bits on).
 */
export type Elements =
  | { readonly kind: 'number'; readonly data: NumberArray }
  | { readonly kind: 'big'; readonly data: BigArray }

export type BigArray = BigInt64Array | BigUint64Array
export type NumberArray = Exclude<TypedArray, BigArray>

const WIDENED = { float16: float16ToNumber, bfloat16: bfloat16ToNumber } as const
const NARROWED = { float16: numberToFloat16, bfloat16: numberToBfloat16 } as const

/** undefined for dtypes that have no arithmetic here (strings, complex, 8-bit floats, 4-bit integers). */
export function elementsOf(tensor: Tensor): Elements | undefined {
  const { dtype } = tensor
  if (!hasArithmetic(dtype)) return undefined
  const data = tensorData(tensor)
  if (isBig(data)) return { kind: 'big', data }
  if (dtype !== 'float16' && dtype !== 'bfloat16') return { kind: 'number', data }
  return { kind: 'number', data: Float32Array.from(data, WIDENED[dtype]) }
}

export const hasArithmetic = (dtype: DType): boolean =>
  DTYPES[dtype].kind !== 'string' &&
  DTYPES[dtype].kind !== 'complex' &&
  DTYPES[dtype].bits >= 8 &&
  !dtype.startsWith('float8')

const isBig = (data: TypedArray): data is BigArray =>
  data instanceof BigInt64Array || data instanceof BigUint64Array

/** A tensor of numbers, each rounded (floats) or wrapped (integers) into the dtype. */
export function tensorOfNumbers(
  dtype: DType,
  dims: readonly number[],
  at: (index: number) => number,
): Tensor {
  const data = typedArray(dtype, elementCount(dims))
  const narrow = dtype === 'float16' || dtype === 'bfloat16' ? NARROWED[dtype] : undefined
  if (isBig(data)) for (let i = 0; i < data.length; i++) data[i] = BigInt(at(i))
  else if (narrow) for (let i = 0; i < data.length; i++) data[i] = narrow(at(i))
  else for (let i = 0; i < data.length; i++) data[i] = at(i)
  return tensorOver(dtype, dims, data)
}

/** A tensor of 64-bit integers, each wrapped. */
export function tensorOfBigs(dtype: DType, dims: readonly number[], at: (index: number) => bigint): Tensor {
  const data = typedArray(dtype, elementCount(dims))
  if (isBig(data)) for (let i = 0; i < data.length; i++) data[i] = at(i)
  return tensorOver(dtype, dims, data)
}
