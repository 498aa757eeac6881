import { elementCount, isFloat, tensorData, type Value, widenToFloat32 } from '../../graph/index.ts'

/** The one number a constant is filled with, when it is a numeric constant of one element. */
export function constantNumber(value: Value | undefined): number | undefined {
  const tensor = value?.tensor
  if (!tensor || tensor.dtype === 'string' || elementCount(tensor.dims) !== 1) return undefined
  if (tensor.dtype === 'float16' || tensor.dtype === 'bfloat16') {
    const data = tensorData(tensor)
    return data instanceof Uint16Array ? widenToFloat32(tensor.dtype, data)[0] : undefined
  }
  if (!isFloat(tensor.dtype) && tensor.dtype !== 'int64' && tensor.dtype !== 'int32') return undefined
  return tensor.dtype.startsWith('float8') ? undefined : Number(tensorData(tensor)[0])
}

/** The data of a float32 constant. */
export function constantFloats(value: Value | undefined): Float32Array | undefined {
  if (value?.tensor?.dtype !== 'float32') return undefined
  const data = tensorData(value.tensor)
  return data instanceof Float32Array ? data : undefined
}
