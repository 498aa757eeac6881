import { ModelError } from '../../../errors/index.ts'
import type { ByteSource } from '../../../graph/bytes/index.ts'
import type { Tensor } from '../../../graph/tensor.ts'

/**
 * A block of bytes that tensors are views of. Its identity is what ties weights: equal views of one storage are one
 * tensor. Old files put the bytes behind the pickle that refers to them, so they may be bound later.
 */
export class TorchStorage {
  /** As errors call it: `net.pth!archive/data/0`. */
  readonly name: string
  /** Size in bytes, as the pickle states it. */
  readonly byteLength: number
  readonly bigEndian: boolean
  readonly #views = new Map<string, Tensor>()
  #bytes: ByteSource | undefined

  constructor(name: string, byteLength: number, bytes?: ByteSource, bigEndian = false) {
    this.name = name
    this.byteLength = byteLength
    this.#bytes = bytes
    this.bigEndian = bigEndian
  }

  bind(bytes: ByteSource): void {
    this.#bytes = bytes
  }

  /** @throws ModelError CORRUPT_FILE when the file holds no bytes for this storage. */
  get bytes(): ByteSource {
    if (this.#bytes) return this.#bytes
    throw new ModelError('CORRUPT_FILE', {
      what: `The tensor data ${this.name} is missing`,
      why: 'The file refers to it and does not hold it',
      next: 'Download or save the file again',
    })
  }

  /** The tensor of one view, made once. */
  view(key: string, make: () => Tensor): Tensor {
    const known = this.#views.get(key)
    if (known) return known
    const tensor = make()
    this.#views.set(key, tensor)
    return tensor
  }
}
