import { type Dim, elementCount, isFloat, knownIntegers, tensorData } from '../../../../graph/index.ts'
import type { TensorHandle } from '../values/index.ts'

/** The integer (or bool, as 0 or 1) that a one-element tensor holds, where it is known while converting. */
export function knownScalar(tensor: TensorHandle): Dim | undefined {
  const content = knownIntegers(tensor.read())
  return content?.length === 1 ? content[0] : undefined
}

/** The float that a one-element constant holds. */
export function knownFloat(tensor: TensorHandle): number | undefined {
  const constant = tensor.read().tensor
  if (!constant || !isFloat(constant.dtype) || elementCount(constant.dims) !== 1) return undefined
  if (constant.dtype !== 'float32' && constant.dtype !== 'float64') return undefined
  return Number(tensorData(constant)[0])
}
