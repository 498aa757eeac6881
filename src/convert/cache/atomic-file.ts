import { createHash, randomBytes } from 'node:crypto'
import { closeSync, openSync, readSync, renameSync, rmSync, utimesSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder } from '../files/index.ts'
import { cacheFailed } from './record.ts'

export interface WrittenAtomically {
  readonly path: string
  /** Lower-case hexadecimal. */
  readonly sha256: string
  readonly bytes: number
}

/**
 * Writes a file of the cache chunk by chunk, under a name that may hold its digest. A reader, and a process killed
 * meanwhile, never leaves half of it. It is not forced to the disk: what a power failure leaves is noticed by its digest.
 *
 * @throws ModelError CACHE_FAILED.
 */
export function writeAtomically(
  pathOf: (sha256: string) => string,
  chunks: Iterable<Uint8Array>,
): WrittenAtomically {
  const folder = dirname(pathOf('0'))
  const temporary = `${folder}/${randomBytes(8).toString('hex')}.tmp`
  try {
    makeFolder(folder)
    const { sha256, bytes } = writeChunks(temporary, chunks)
    const path = pathOf(sha256)
    if (holds(path, sha256)) rmSync(temporary)
    else renameSync(temporary, path)
    return { path, sha256, bytes }
  } catch (cause) {
    rmSync(temporary, { force: true })
    throw cacheFailed(temporary, cause)
  }
}

function writeChunks(path: string, chunks: Iterable<Uint8Array>): { sha256: string; bytes: number } {
  const hash = createHash('sha256')
  const descriptor = openSync(path, 'wx')
  let bytes = 0
  try {
    for (const chunk of chunks) {
      hash.update(chunk)
      for (let done = 0; done < chunk.byteLength; ) done += writeSync(descriptor, chunk, done)
      bytes += chunk.byteLength
    }
  } finally {
    closeSync(descriptor)
  }
  return { sha256: hash.digest('hex'), bytes }
}

/** What lies there already and is right is left alone, as bundlers watch these files; only its age is renewed. */
function holds(path: string, sha256: string): boolean {
  try {
    if (digestOf(path) !== sha256) return false
    utimesSync(path, new Date(), new Date())
    return true
  } catch {
    return false
  }
}

/** In pieces: the file may be larger than any buffer. */
function digestOf(path: string): string {
  const hash = createHash('sha256')
  const descriptor = openSync(path, 'r')
  try {
    const piece = new Uint8Array(2 ** 20)
    for (let got = readSync(descriptor, piece); got > 0; got = readSync(descriptor, piece))
      hash.update(piece.subarray(0, got))
  } finally {
    closeSync(descriptor)
  }
  return hash.digest('hex')
}
