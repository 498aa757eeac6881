import { basename } from 'node:path'
import { writeAtomically } from '../cache/atomic-file.ts'
import type { StoredAsset } from '../cache/entry.ts'
import type { CacheFolder } from '../cache/location.ts'
import { type Encoded, NAME_DIGITS } from './encode.ts'

/** A name that every host and every URL carries as it is. */
export const safeStem = (stem: string): string => stem.replace(/[^\w.-]+/g, '_') || 'model'

/** Writes the result into the cache's assets, under content-hashed names; the model is the first. */
export function emitAssets(cache: CacheFolder, stem: string, { model, data }: Encoded): StoredAsset[] {
  const dataAssets = data ? [written('data', () => cache.asset(data.name), data.chunks())] : []
  const name = (sha256: string): string => `${safeStem(stem)}-${sha256.slice(0, NAME_DIGITS)}.onnx`
  return [written('model', (sha256) => cache.asset(name(sha256)), model.chunks()), ...dataAssets]
}

function written(
  role: StoredAsset['role'],
  pathOf: (sha256: string) => string,
  chunks: Iterable<Uint8Array>,
): StoredAsset {
  const { path, sha256, bytes } = writeAtomically(pathOf, chunks)
  return { file: basename(path), bytes, sha256, role }
}
