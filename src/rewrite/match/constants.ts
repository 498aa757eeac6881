import {
  type DType,
  elementCount,
  isFloat,
  tensorData,
  type Value,
  widenToFloat32,
} from '../../graph/index.ts'

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

/** Longer constants are data: they are not searched for one number throughout. */
const LONGEST_FILL = 4096

/** The one number that every element of a constant is, bools being 0 and 1. */
export function fillOf(value: Value | undefined): number | undefined {
  const tensor = value?.tensor
  if (!tensor || tensor.dtype === 'string') return undefined
  const count = elementCount(tensor.dims)
  if (tensor.dtype === 'bool') {
    const [first] = tensor.bytes()
    return first !== undefined && isFilled(tensor.bytes(), first, count) ? first : undefined
  }
  if (count === 1) return constantNumber(value)
  if (!COMPARABLE.has(tensor.dtype) || count > LONGEST_FILL) return undefined
  const data = tensorData(tensor)
  const [first] = data
  return first !== undefined && isFilled(data, first, count) ? Number(first) : undefined
}

const COMPARABLE: ReadonlySet<DType> = new Set(['float32', 'float64', 'int32', 'int64'])

function isFilled(data: ArrayLike<number | bigint>, first: number | bigint, count: number): boolean {
  if (count > LONGEST_FILL) return false
  for (let i = 1; i < count; i++) if (!Object.is(data[i], first)) return false
  return true
}

/** The data of a float32 constant. */
export function constantFloats(value: Value | undefined): Float32Array | undefined {
  if (value?.tensor?.dtype !== 'float32') return undefined
  const data = tensorData(value.tensor)
  return data instanceof Float32Array ? data : undefined
}
