import type { ByteSource } from '../bytes/index.ts'
import {
  MemoryTensor,
  SourceTensor,
  StringTensor,
  type Tensor,
  tensorByteLength,
  tensorChunks,
} from '../tensor.ts'
import { damaged } from './damaged.ts'
import { DATA_ALIGNMENT, type TensorCode } from './layout.ts'

export const align = (offset: number): number => Math.ceil(offset / DATA_ALIGNMENT) * DATA_ALIGNMENT

/** Tensors by number; tied ones are one. */
export class TensorTable {
  readonly codes: TensorCode[] = []
  readonly #numbers = new Map<Tensor, number>()
  readonly #written: { readonly tensor: Tensor; readonly offset: number; readonly length: number }[] = []
  #end = 0

  encode(tensor: Tensor): number {
    const known = this.#numbers.get(tensor)
    if (known !== undefined) return known
    const { dtype, dims } = tensor
    const number = this.codes.push({ dtype, dims: [...dims], data: this.#place(tensor) }) - 1
    this.#numbers.set(tensor, number)
    return number
  }

  get dataBytes(): number {
    return this.#end
  }

  *data(): Generator<Uint8Array> {
    let at = 0
    for (const { tensor, offset, length } of this.#written) {
      if (offset > at) yield new Uint8Array(offset - at)
      yield* tensorChunks(tensor)
      at = offset + length
    }
  }

  #place(tensor: Tensor): TensorCode['data'] {
    if (tensor instanceof StringTensor) return { strings: [...tensor.strings] }
    const { source } = tensor
    const origin = source?.origin
    if (source && origin)
      return { file: origin.path, name: source.name, offset: origin.offset, length: source.size }
    const place = { offset: align(this.#end), length: tensorByteLength(tensor) }
    this.#written.push({ tensor, ...place })
    this.#end = place.offset + place.length
    return place
  }
}

/** The tensors of a table: over files that `resolve` finds, and over the snapshot's own data. */
export class TensorReader {
  readonly #tensors: readonly Tensor[]

  constructor(codes: readonly TensorCode[], data: Uint8Array, resolve: (path: string) => ByteSource) {
    const files = new Map<string, ByteSource>()
    const open = (path: string): ByteSource => {
      const file = files.get(path) ?? resolve(path)
      files.set(path, file)
      return file
    }
    this.#tensors = codes.map((code) => decode(code, data, open))
  }

  decode(number: number): Tensor {
    return this.#tensors[number] ?? damaged(`tensor ${number} is not in the table`)
  }
}

function decode(
  { dtype, dims, data: place }: TensorCode,
  data: Uint8Array,
  open: (path: string) => ByteSource,
): Tensor {
  if ('strings' in place) return new StringTensor(dims, place.strings)
  const { offset, length } = place
  if ('file' in place)
    return new SourceTensor(dtype, dims, open(place.file).slice(offset, length, place.name))
  if (offset + length > data.byteLength) damaged('data of a tensor is missing')
  return new MemoryTensor(dtype, dims, data.subarray(offset, offset + length))
}
