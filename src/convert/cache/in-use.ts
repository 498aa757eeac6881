import { createHash } from 'node:crypto'
import { readdir, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import type { CacheFolder } from './location.ts'
import { readRecord, writeRecord } from './record.ts'

/** Who stands on results: a project's last build, and its development server that runs or ran last. */
export type User = 'build' | 'server'

const inUseSchema = z.object({
  /** The project's folder. */
  root: z.string(),
  /** Keys of results. */
  results: z.array(z.string()),
  /** Names of their assets: a result of the same key, made of other files, may have taken their place since. */
  assets: z.array(z.string()),
})

export type InUse = z.infer<typeof inUseSchema>

/**
 * Notes which results a project's build or server stands on: all of them, in the place of those of the build or server before.
 * They are not pruned, however old. A cache that cannot be written still serves hits.
 */
export async function noteInUse(cache: CacheFolder, user: User, inUse: InUse): Promise<void> {
  const project = createHash('sha256').update(inUse.root).digest('hex').slice(0, 32)
  const path = cache.inUse(`${project}-${user}`)
  try {
    if (inUse.results.length === 0) await rm(path, { force: true })
    else await writeRecord(path, inUse)
  } catch {
    // Whatever must be written to go on says so itself.
  }
}

/**
 * Paths of the results and assets that a build or a server stands on. What a project noted that is no longer there is forgotten
 * after `forgetMs`: its folder may be on another machine that shares the cache.
 */
export async function filesInUse(cache: CacheFolder, forgetMs: number, now: number): Promise<Set<string>> {
  const folder = join(cache.root, 'in-use')
  const files = new Set<string>()
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, basename(name))
    const noted = await readRecord(path, inUseSchema)
    const isOld = now - ((await modified(path)) ?? now) > forgetMs
    if (isOld && (!noted || (await modified(noted.root)) === undefined)) {
      await rm(path, { force: true })
      continue
    }
    for (const key of noted?.results ?? []) files.add(cache.result(key))
    for (const name of noted?.assets ?? []) files.add(cache.asset(name))
  }
  return files
}

const modified = async (path: string): Promise<number | undefined> =>
  (await stat(path).catch(() => undefined))?.mtimeMs
