import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { z } from 'zod'
import { type FileStamp, sameStamp, stampOf } from '../files/file-stamp.ts'
import type { CacheFolder } from './location.ts'
import { readRecord, writeRecord } from './record.ts'

/** Lower-case hexadecimal SHA-256. */
export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')

export interface FileDigest {
  readonly sha256: string
  readonly stamp: FileStamp
}

const memoSchema = z.object({
  sha256: z.string(),
  stamp: z.object({ size: z.number(), mtimeNs: z.string(), ctimeNs: z.string(), inode: z.string() }),
})

/**
 * A file written this short a time ago may be written again without its time stamp moving (FAT has steps of two
 * seconds), so its digest is not remembered. git calls such files "racily clean".
 */
const RACY_MS = 2000

/**
 * Content digests of files, remembered by path and stamp: an unchanged file costs a stat.
 *
 * @returns undefined when there is no such file.
 */
export async function fileDigest(cache: CacheFolder, path: string): Promise<FileDigest | undefined> {
  const before = await stampAt(path)
  if (!before) return undefined
  const memoPath = cache.digest(sha256(path))
  const memo = await readRecord(memoPath, memoSchema)
  if (memo && sameStamp(memo.stamp, before)) return memo
  const digest = { sha256: await hashFile(path), stamp: before }
  const after = await stampAt(path)
  if (!after || !sameStamp(before, after)) return fileDigest(cache, path)
  if (isSettled(before)) await remember(memoPath, digest)
  return digest
}

/** A cache that cannot be written still serves hits: without its memo a file is hashed again, no more. */
async function remember(memoPath: string, digest: FileDigest): Promise<void> {
  try {
    await writeRecord(memoPath, digest)
  } catch {
    // Whatever must be written to go on says so itself.
  }
}

async function stampAt(path: string): Promise<FileStamp | undefined> {
  try {
    const stats = await stat(path, { bigint: true })
    return stats.isFile() ? stampOf(stats) : undefined
  } catch {
    return undefined
  }
}

function isSettled({ mtimeNs, ctimeNs }: FileStamp): boolean {
  const newest = Math.max(Number(mtimeNs), Number(ctimeNs)) / 1e6
  return Date.now() - newest > RACY_MS
}

/** In pieces, so that the event loop of a dev server turns between them. */
async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(chunk)
  return hash.digest('hex')
}
