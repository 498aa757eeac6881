import type { Model } from '../model.ts'
import type { WrittenFile } from '../written-file.ts'
import { DimTable } from './dim-table.ts'
import { GraphEncoder } from './encode-graph.ts'
import { type DocumentCode, HEADER_BYTES, MAGIC } from './layout.ts'
import { align, TensorTable } from './tensor-table.ts'

/**
 * A model as it stands, to be read back exactly: names, types, known integers, facts, origins. Tensors that are plain
 * ranges of a file are referred to in place (its path, offset and length); only the others are written.
 *
 * @example for (const chunk of writeSnapshot(model).chunks()) writeSync(file, chunk)
 */
export function writeSnapshot(model: Model): WrittenFile {
  const [dims, tensors] = [new DimTable(), new TensorTable()]
  const encoder = new GraphEncoder(dims, tensors)
  const graph = encoder.encode(model.graph)
  const document: DocumentCode = {
    opsets: [...model.opsets],
    metadata: [...model.metadata],
    facts: [...model.facts].map(([symbol, { min, max, hint, isOwnHint }]) => ({
      symbol,
      min,
      max: Number.isFinite(max) ? max : null,
      hint,
      isOwnHint,
    })),
    unbacked: [...model.unbacked],
    dims: dims.codes,
    origins: encoder.origins,
    tensors: tensors.codes,
    graph,
  }
  const text = new TextEncoder().encode(JSON.stringify(document))
  const head = new Uint8Array(align(HEADER_BYTES + text.byteLength))
  head.set(new TextEncoder().encode(MAGIC))
  new DataView(head.buffer).setUint32(MAGIC.length, text.byteLength, true)
  head.set(text, HEADER_BYTES)
  return {
    size: head.byteLength + tensors.dataBytes,
    *chunks() {
      yield head
      yield* tensors.data()
    },
  }
}
