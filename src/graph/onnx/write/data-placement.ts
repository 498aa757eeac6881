import { ModelError } from '../../../errors/index.ts'
import type { Graph } from '../../graph.ts'
import { type Tensor, tensorByteLength, tensorChunks } from '../../tensor.ts'
import type { NamePlan } from './names.ts'

/** Readers that map the file into memory want tensors at page borders. */
const ALIGNMENT = 4096

export interface ExternalDataOptions {
  /** Name of the data file, as the model refers to it: beside the model. @default 'model.onnx.data' */
  readonly file?: string | undefined
  /** Tensors of fewer bytes stay in the model. @default 1024 */
  readonly threshold?: number | undefined
  /** Only when all tensors together have more bytes than this. @default 0 */
  readonly above?: number | undefined
}

/** A tensor in the data file. */
export interface Placed {
  readonly tensor: Tensor
  readonly offset: number
  readonly length: number
}

/** Which tensors go to a data file of their own, and where in it. */
export class DataPlacement {
  readonly file: string
  readonly #placed = new Map<Tensor, Placed>()
  #end = 0

  constructor(graph: Graph, names: NamePlan, options: ExternalDataOptions) {
    this.file = options.file ?? 'model.onnx.data'
    const { threshold = 1024, above = 0 } = options
    const tensors = [...constantsOf(graph, names)]
    const total = tensors.reduce((sum, tensor) => sum + byteSize(tensor), 0)
    if (total <= above) return
    for (const tensor of tensors) if (byteSize(tensor) >= threshold) this.#place(tensor)
  }

  get(tensor: Tensor): Placed | undefined {
    return this.#placed.get(tensor)
  }

  get size(): number {
    return this.#end
  }

  /** The data file, tensor after tensor, large ones in pieces: only one piece is in memory at a time. */
  *chunks(): Generator<Uint8Array> {
    let at = 0
    for (const { tensor, offset, length } of this.#placed.values()) {
      if (offset > at) yield new Uint8Array(offset - at)
      yield* checkedChunks(tensor, length)
      at = offset + length
    }
  }

  #place(tensor: Tensor): void {
    if (this.#placed.has(tensor) || tensor.dtype === 'string') return
    const offset = Math.ceil(this.#end / ALIGNMENT) * ALIGNMENT
    const length = byteSize(tensor)
    this.#placed.set(tensor, { tensor, offset, length })
    this.#end = offset + length
  }
}

function* constantsOf(graph: Graph, names: NamePlan): Generator<Tensor> {
  for (const { tensor } of names.initializersOf(graph)) if (tensor) yield tensor
  for (const node of graph.nodes()) for (const subgraph of node.subgraphs) yield* constantsOf(subgraph, names)
}

const byteSize = (tensor: Tensor): number => (tensor.dtype === 'string' ? 0 : tensorByteLength(tensor))

/** @throws ModelError INTERNAL when a tensor gives other bytes than its dims say: sizes are written before data. */
export function* checkedChunks(tensor: Tensor, length: number): Generator<Uint8Array> {
  let given = 0
  for (const chunk of tensorChunks(tensor)) {
    given += chunk.byteLength
    yield chunk
  }
  if (given === length) return
  throw new ModelError('INTERNAL', {
    what: `A tensor ${tensor.dtype}[${tensor.dims}] gave ${given} bytes, not ${length}`,
  })
}
