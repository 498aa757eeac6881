import { resolve } from 'node:path'
import { z } from 'zod'
import { findingsSchema } from '../report.ts'
import { fileDigest } from './digest.ts'
import type { CacheFolder } from './location.ts'
import { readRecord, writeRecord } from './record.ts'

/** A file a cached thing depends on; null: it was looked for and is not there. */
const dependencySchema = z.object({ path: z.string(), sha256: z.string().nullable() })
export type Dependency = z.infer<typeof dependencySchema>

const assetSchema = z.object({
  /** File name among the cache's assets. */
  file: z.string(),
  bytes: z.number(),
  sha256: z.string(),
  role: z.enum(['model', 'data']),
})
export type StoredAsset = z.infer<typeof assetSchema>

export const resultSchema = z.object({
  dependencies: z.array(dependencySchema),
  findings: findingsSchema,
  assets: z.array(assetSchema),
  /** Key of the normalised graph it was made from. */
  graph: z.string(),
})
export type StoredResult = z.infer<typeof resultSchema>

export const graphSchema = z.object({
  dependencies: z.array(dependencySchema),
  /** Digest of the snapshot, which names its file. */
  snapshot: z.string(),
  findings: findingsSchema.pick({ format: true, guards: true, assumptions: true, warnings: true }),
})
export type StoredGraph = z.infer<typeof graphSchema>

/**
 * What a key stands for depends on files that are only known once the source was read, so a key holds a few entries,
 * each with the files it read and their digests: the one whose files are as they were is the answer. ccache does so
 * (https://ccache.dev/manual/latest.html#_how_ccache_works, "depend mode").
 */
const ENTRIES_KEPT = 4

interface Entry {
  readonly dependencies: readonly Dependency[]
}

/** The entry that matches the files of `folder` as they are now. */
export async function findEntry<E extends Entry>(
  cache: CacheFolder,
  path: string,
  schema: z.ZodType<E>,
  folder: string,
): Promise<E | undefined> {
  for (const entry of await readEntries(path, schema)) {
    if (await isCurrent(cache, folder, entry.dependencies)) return entry
  }
  return undefined
}

export async function addEntry<E extends Entry>(path: string, schema: z.ZodType<E>, entry: E): Promise<void> {
  const identity = JSON.stringify(entry.dependencies)
  const others = (await readEntries(path, schema)).filter(
    ({ dependencies }) => JSON.stringify(dependencies) !== identity,
  )
  await writeRecord(path, [entry, ...others].slice(0, ENTRIES_KEPT))
}

export const readEntries = async <E>(path: string, schema: z.ZodType<E>): Promise<readonly E[]> =>
  (await readRecord(path, z.array(schema))) ?? []

async function isCurrent(
  cache: CacheFolder,
  folder: string,
  dependencies: readonly Dependency[],
): Promise<boolean> {
  for (const { path, sha256 } of dependencies) {
    const now = await fileDigest(cache, resolve(folder, path))
    if ((now?.sha256 ?? null) !== sha256) return false
  }
  return true
}

/** The digests of files as they are now, in a stable order. */
export async function dependenciesOf(
  cache: CacheFolder,
  folder: string,
  paths: Iterable<string>,
): Promise<Dependency[]> {
  const sorted = [...new Set(paths)].sort()
  return Promise.all(
    sorted.map(async (path) => ({
      path,
      sha256: (await fileDigest(cache, resolve(folder, path)))?.sha256 ?? null,
    })),
  )
}
