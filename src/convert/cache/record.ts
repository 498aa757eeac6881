import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'
import { ModelError } from '../../errors/index.ts'
import { makeFolder } from '../files/index.ts'

const sealedSchema = z.object({ seal: z.string(), body: z.string() })

const sealOf = (body: string): string => createHash('sha256').update(body).digest('hex')

/**
 * A small JSON record of the cache; undefined when it is absent, damaged, or of another shape: what is not to be
 * trusted is made again.
 */
export async function readRecord<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  try {
    const { seal, body } = sealedSchema.parse(JSON.parse(await readFile(path, 'utf8')))
    return sealOf(body) === seal ? schema.parse(JSON.parse(body)) : undefined
  } catch {
    return undefined
  }
}

/** @throws ModelError CACHE_FAILED when the cache folder cannot be written. */
export async function writeRecord(path: string, value: unknown): Promise<void> {
  const body = JSON.stringify(value)
  await writeFile(path, JSON.stringify({ seal: sealOf(body), body }))
}

/** All or nothing: a reader, and a process killed meanwhile, never leaves half a file. */
export async function writeFile(path: string, data: string | Buffer): Promise<void> {
  try {
    makeFolder(dirname(path))
    // Not forced to the disk: what a power failure leaves is noticed by its digest.
    await writeFileAtomic(path, data, { fsync: false })
  } catch (cause) {
    throw cacheFailed(path, cause)
  }
}

export const cacheFailed = (path: string, cause: unknown): ModelError =>
  new ModelError('CACHE_FAILED', {
    what: `The cache cannot write ${path}`,
    why: cause instanceof Error ? cause.message : String(cause),
    next: 'Free the disk, or move the cache with the environment variable UNPLUGIN_MODEL_CACHE',
    cause,
  })
