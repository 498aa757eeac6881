import { ModelError } from '../../errors/index.ts'
import type { ByteSource } from '../bytes/index.ts'
import { Model } from '../model.ts'
import { damaged } from './damaged.ts'
import { GraphDecoder } from './decode-graph.ts'
import { DimReader } from './dim-table.ts'
import { type DocumentCode, documentSchema, HEADER_BYTES, MAGIC } from './layout.ts'
import { align, TensorReader } from './tensor-table.ts'

/**
 * The model that `writeSnapshot` wrote. `resolve` opens a file by the path that its tensors' `ByteSource` had as origin;
 * nothing of it is read before a tensor is asked for its bytes.
 *
 * @throws ModelError CACHE_FAILED when the bytes are no snapshot, or damaged; TRUNCATED_FILE when a file has become too
 * short for a tensor; whatever `resolve` throws.
 */
export function readSnapshot(bytes: Uint8Array, resolve: (path: string) => ByteSource): Model {
  const { document, data } = parse(bytes)
  const tensors = new TensorReader(document.tensors, data, resolve)
  const decoder = new GraphDecoder(new DimReader(document.dims), tensors, document.origins)
  const model = new Model(decodeGraph(() => decoder.decode(document.graph)))
  model.opsets.clear()
  for (const [domain, version] of document.opsets) model.opsets.set(domain, version)
  for (const [key, value] of document.metadata) model.metadata.set(key, value)
  for (const { symbol, min, max, hint, isOwnHint } of document.facts)
    model.facts.set(symbol, { min, max: max ?? Number.POSITIVE_INFINITY, hint, isOwnHint })
  for (const name of document.unbacked) model.unbacked.add(name)
  return model
}

function parse(bytes: Uint8Array): { document: DocumentCode; data: Uint8Array } {
  const magic = new TextDecoder().decode(bytes.subarray(0, MAGIC.length))
  if (magic !== MAGIC || bytes.byteLength < HEADER_BYTES) damaged('It is of another version, or no snapshot')
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(MAGIC.length, true)
  const end = HEADER_BYTES + length
  if (end > bytes.byteLength) damaged('It ends too early')
  const parsed = documentSchema.safeParse(parseJson(bytes.subarray(HEADER_BYTES, end)))
  if (!parsed.success)
    return damaged(parsed.error.issues[0]?.message ?? 'Its document is damaged', parsed.error)
  return { document: parsed.data, data: bytes.subarray(align(end)) }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch (cause) {
    return damaged('Its document is damaged', cause)
  }
}

function decodeGraph<T>(decode: () => T): T {
  try {
    return decode()
  } catch (error) {
    if (error instanceof ModelError && error.code !== 'INVALID_GRAPH') throw error
    return damaged('Its graph is damaged', error)
  }
}
