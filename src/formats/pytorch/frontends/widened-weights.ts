import { ModelError } from '../../../errors/index.ts'
import { type DType, LazyTensor, type Tensor, tensorData, widenToFloat32 } from '../../../graph/index.ts'

/**
 * float16 and bfloat16 weights as float32, where a model wants that: exact, and made when the model is written. A tied
 * weight stays one tensor.
 */
export function widener(): (tensor: Tensor, wanted: DType) => Tensor {
  const made = new Map<Tensor, Tensor>()
  return (tensor, wanted) => {
    const { dtype, dims } = tensor
    if (wanted !== 'float32' || (dtype !== 'float16' && dtype !== 'bfloat16')) return tensor
    const known = made.get(tensor)
    if (known) return known
    const wide = new LazyTensor('float32', dims, () => {
      const bits = tensorData(tensor)
      if (!(bits instanceof Uint16Array))
        throw new ModelError('INTERNAL', { what: `${dtype} data is not 16 bits wide` })
      return new Uint8Array(widenToFloat32(dtype, bits).buffer)
    })
    made.set(tensor, wide)
    return wide
  }
}
