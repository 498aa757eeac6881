import { createHash, randomBytes } from 'node:crypto'
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import type { StoredAsset } from '../cache/entry.ts'
import type { CacheFolder } from '../cache/location.ts'
import { cacheFailed } from '../cache/record.ts'
import type { Encoded } from './encode.ts'

/** Hexadecimal digits of the digest in a file name: 64 bits. */
const NAME_DIGITS = 16

/** A name that every host and every URL carries as it is. */
export const safeStem = (stem: string): string => stem.replace(/[^\w.-]+/g, '_') || 'model'

/** Writes the result into the cache's assets under content-hashed names; the model is the first. */
export function emitAssets(cache: CacheFolder, stem: string, encoded: Encoded): StoredAsset[] {
  const { model, data } = encoded
  const assets: StoredAsset[] = []
  const modelDigest = createHash('sha256').update(model).digest('hex')
  const file = `${safeStem(stem)}-${modelDigest.slice(0, NAME_DIGITS)}.onnx`
  if (data) {
    const sha256 = digestOf(data.chunks())
    writeAsset(cache.asset(data.name), sha256, data.chunks())
    assets.push({ file: data.name, bytes: data.size, sha256, role: 'data' })
  }
  writeAsset(cache.asset(file), modelDigest, [model])
  return [{ file, bytes: model.byteLength, sha256: modelDigest, role: 'model' }, ...assets]
}

function digestOf(chunks: Iterable<Uint8Array>): string {
  const hash = createHash('sha256')
  for (const chunk of chunks) hash.update(chunk)
  return hash.digest('hex')
}

/** What lies there already and is right is left alone, as bundlers watch these files; only its age is renewed. */
function writeAsset(path: string, sha256: string, chunks: Iterable<Uint8Array>): void {
  if (holds(path, sha256)) return
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeChunks(temporary, chunks)
    renameSync(temporary, path)
  } catch (cause) {
    rmSync(temporary, { force: true })
    throw cacheFailed(path, cause)
  }
}

function holds(path: string, sha256: string): boolean {
  try {
    if (createHash('sha256').update(readFileSync(path)).digest('hex') !== sha256) return false
    utimesSync(path, new Date(), new Date())
    return true
  } catch {
    return false
  }
}

function writeChunks(path: string, chunks: Iterable<Uint8Array>): void {
  const descriptor = openSync(path, 'wx')
  try {
    for (const chunk of chunks) {
      for (let done = 0; done < chunk.byteLength; ) done += writeSync(descriptor, chunk, done)
    }
  } finally {
    closeSync(descriptor)
  }
}
