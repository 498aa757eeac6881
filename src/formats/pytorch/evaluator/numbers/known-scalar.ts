import {
  constantOf,
  type Dim,
  elementCount,
  isFloat,
  knownIntegers,
  tensorData,
} from '../../../../graph/index.ts'
import type { TensorHandle } from '../values/index.ts'

/** The integer (or bool, as 0 or 1) that a one-element tensor holds, where it is known while converting. */
export function knownScalar(tensor: TensorHandle): Dim | undefined {
  const value = tensor.read()
  const content = knownIntegers(value)
  if (content) return content.length === 1 ? content[0] : undefined
  const number = isFloat(tensor.dtype) ? undefined : constantNumber(tensor)
  return Number.isSafeInteger(number) ? number : undefined
}

/** The float that a one-element tensor holds, where constants alone give it. */
export function knownFloat(tensor: TensorHandle): number | undefined {
  const { dtype } = tensor
  return dtype === 'float32' || dtype === 'float64' ? constantNumber(tensor) : undefined
}

/** All digits of the integer that a one-element tensor holds, where constants alone give it. */
export function knownWhole(tensor: TensorHandle): bigint | undefined {
  const element = isFloat(tensor.dtype) ? undefined : constantElement(tensor)
  return typeof element === 'bigint' ? element : undefined
}

function constantNumber(tensor: TensorHandle): number | undefined {
  const element = constantElement(tensor)
  return element === undefined ? undefined : Number(element)
}

function constantElement(tensor: TensorHandle): number | bigint | undefined {
  if (tensor.dims.some((dim) => dim !== 1)) return undefined
  const constant = constantOf(tensor.read())
  return constant && elementCount(constant.dims) === 1 ? tensorData(constant)[0] : undefined
}
