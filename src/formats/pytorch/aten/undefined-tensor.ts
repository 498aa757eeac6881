import { ModelError, type Where } from '../../../errors/index.ts'
import type { DType, Tensor } from '../../../graph/index.ts'

/**
 * A tensor whose contents a model leaves open: `torch.empty`, random numbers, a parameter that a state dict will fill. It
 * may be built on while a model is constructed; a graph that still reads it in the end is refused.
 */
export class UndefinedTensor implements Tensor {
  readonly dtype: DType
  readonly dims: readonly number[]
  readonly source = undefined
  /** What would have made the contents: `torch.randn`. */
  readonly origin: string
  readonly where: Where | undefined

  constructor(dtype: DType, dims: readonly number[], origin: string, where: Where | undefined) {
    this.dtype = dtype
    this.dims = dims
    this.origin = origin
    this.where = where
  }

  bytes(): Uint8Array {
    throw this.error()
  }

  error(): ModelError {
    const isRandom = this.origin !== 'torch.empty'
    return new ModelError('UNSUPPORTED_CONSTRUCT', {
      what: `The model computes with a tensor of ${this.origin}, whose contents ${isRandom ? 'are random' : 'are not set'}`,
      where: this.where,
      next: 'Pass it as an input, or register it as a buffer so that the weights hold it',
    })
  }
}
