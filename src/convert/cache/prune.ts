import { readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { graphSchema, readEntries, resultSchema } from './entry.ts'
import { filesInUse } from './in-use.ts'
import type { CacheFolder } from './location.ts'

const DAY_MS = 86_400_000

export interface CacheBounds {
  /** Results not used for longer are removed. */
  readonly maxAgeMs: number
  /** The longest unused results are removed until the rest is no larger. */
  readonly maxBytes: number
  /** Whatever was used this recently stays, whatever its size: a running build refers to it. */
  readonly keepMs: number
  /** How often pruning looks at all. */
  readonly intervalMs: number
}

const BOUNDS: CacheBounds = { maxAgeMs: 30 * DAY_MS, maxBytes: 8e9, keepMs: DAY_MS, intervalMs: DAY_MS }

interface Aged {
  readonly path: string
  readonly usedMs: number
}

/**
 * Removes what has not been used for long, and the longest unused where the cache is too large; never what a project's last
 * build or server stands on. A file that no kept record refers to, and that is not new, goes as well: a process that was
 * killed leaves such. Never fails: a cache that is too large is no reason to fail a build.
 */
export async function prune(
  cache: CacheFolder,
  bounds: CacheBounds = BOUNDS,
  now = Date.now(),
): Promise<void> {
  try {
    if (await isDue(cache, bounds, now)) await pruneNow(cache, bounds, now)
  } catch {
    // Another process may be removing the same files.
  }
}

async function isDue(cache: CacheFolder, { intervalMs }: CacheBounds, now: number): Promise<boolean> {
  const mark = join(cache.root, 'pruned')
  const last = await stat(mark).catch(() => undefined)
  if (last && now - last.mtimeMs < intervalMs) return false
  await writeFile(mark, '')
  await utimes(mark, now / 1000, now / 1000)
  return true
}

async function pruneNow(cache: CacheFolder, bounds: CacheBounds, now: number): Promise<void> {
  const inUse = await filesInUse(cache, bounds.maxAgeMs, now)
  for (const path of await unused(cache, inUse, bounds, now)) {
    // A build that has just taken it for its own has touched it.
    if ((await usedAt(path)) < now - bounds.keepMs) await rm(path, { force: true })
  }
  const kept = new Set(inUse)
  for (const { path } of await filesOf(cache, 'results')) {
    for (const file of [path, ...(await referredTo(cache, path))]) kept.add(file)
  }
  for (const folder of ['results', 'graphs', 'assets'])
    await removeOlder(cache, folder, now - bounds.keepMs, kept)
  await removeOlder(cache, 'digests', now - bounds.maxAgeMs)
}

/** Results that are to go: too old, or the longest unused beyond the size, and in use by nobody. */
async function unused(
  cache: CacheFolder,
  inUse: ReadonlySet<string>,
  bounds: CacheBounds,
  now: number,
): Promise<string[]> {
  const results = await filesOf(cache, 'results')
  const rank = ({ path, usedMs }: Aged): number => (inUse.has(path) ? Number.MAX_VALUE : usedMs)
  const usedFirst = results.sort((a, b) => rank(b) - rank(a))
  const counted = new Set<string>()
  let bytes = 0
  const going: string[] = []
  for (const { path, usedMs } of usedFirst) {
    const files = (await referredTo(cache, path)).filter((file) => !counted.has(file))
    for (const file of files) counted.add(file)
    bytes += await totalSize(files)
    const age = now - usedMs
    const isDue = age > bounds.keepMs && (age > bounds.maxAgeMs || bytes > bounds.maxBytes)
    if (isDue && !inUse.has(path)) going.push(path)
  }
  return going
}

async function removeOlder(
  cache: CacheFolder,
  folder: string,
  thanMs: number,
  kept: ReadonlySet<string> = new Set(),
): Promise<void> {
  for (const { path, usedMs } of await filesOf(cache, folder)) {
    if (!kept.has(path) && usedMs < thanMs) await rm(path, { force: true })
  }
}

/** The files a result stands on: its assets, its graph's record and snapshot. */
async function referredTo(cache: CacheFolder, result: string): Promise<string[]> {
  const entries = await readEntries(result, resultSchema)
  const graphs = [...new Set(entries.map(({ graph }) => cache.graph(graph)))]
  const snapshots = await Promise.all(
    graphs.map(async (path) =>
      (await readEntries(path, graphSchema)).map(({ snapshot }) => cache.snapshot(snapshot)),
    ),
  )
  const assets = entries.flatMap((entry) => entry.assets.map(({ file }) => cache.asset(file)))
  return [...assets, ...graphs, ...snapshots.flat()]
}

async function filesOf(cache: CacheFolder, folder: string): Promise<Aged[]> {
  const names = await readdir(join(cache.root, folder)).catch(() => [])
  const files = names.map(async (name) => {
    const path = join(cache.root, folder, basename(name))
    const stats = await stat(path)
    return { path, usedMs: stats.mtimeMs }
  })
  return Promise.all(files)
}

async function totalSize(files: readonly string[]): Promise<number> {
  const stats = await Promise.all(files.map((file) => stat(file).catch(() => undefined)))
  return stats.reduce((sum, each) => sum + (each?.size ?? 0), 0)
}

/** When a file was last used; a file that is gone is as old as can be. */
const usedAt = async (path: string): Promise<number> =>
  (await stat(path).catch(() => undefined))?.mtimeMs ?? 0
