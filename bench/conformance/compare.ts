import { type EngineTensor, engineTensor } from '../../src/engine/index.ts'
import { float16ToNumber, StringTensor, type Tensor } from '../../src/graph/index.ts'
import type { Tolerance } from './case.ts'

/** A recorded tensor as the engine takes it. */
export const fed = (tensor: Tensor): EngineTensor =>
  tensor instanceof StringTensor
    ? { dtype: 'string', dims: tensor.dims, data: tensor.strings }
    : engineTensor(tensor.dtype, tensor.dims, tensor.bytes())

/** What is different between two tensors, as text; undefined when they agree. */
export function difference(
  got: EngineTensor,
  want: EngineTensor,
  { relative, absolute }: Tolerance,
): string | undefined {
  if (got.dtype !== want.dtype) return `${got.dtype} is not ${want.dtype}`
  if (got.dims.join() !== want.dims.join()) return `[${got.dims}] is not [${want.dims}]`
  const numberOf = want.dtype === 'float16' ? (bits: unknown) => float16ToNumber(Number(bits)) : Number
  for (let at = 0; at < want.data.length; at++) {
    const [a, b] = [got.data[at], want.data[at]]
    if (a === b) continue
    const [x, y] = [numberOf(a), numberOf(b)]
    if (typeof b === 'string' || !(Object.is(x, y) || Math.abs(x - y) <= absolute + relative * Math.abs(y)))
      return `element ${at} is ${want.dtype === 'float16' ? x : a}, not ${want.dtype === 'float16' ? y : b}`
  }
  return undefined
}
