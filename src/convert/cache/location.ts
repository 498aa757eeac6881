import { resolve } from 'node:path'

/** Changes when the layout of the folder does; older layouts are left alone and age out with the project. */
const LAYOUT = 'v1'

/** Paths inside the cache folder, each made from a key or a digest. */
export interface CacheFolder {
  readonly root: string
  /** Emitted files, named by content. */
  asset(name: string): string
  /** What was emitted for a request: report and asset names. */
  result(key: string): string
  /** What is known of a normalised graph. */
  graph(key: string): string
  /** The graph's snapshot, named by content. */
  snapshot(digest: string): string
  /** Remembered digest of a file. */
  digest(key: string): string
  /** Results that a build or a server stands on. */
  inUse(user: string): string
  lock(key: string): string
}

/**
 * `cacheDir`, else `UNPLUGIN_MODEL_CACHE`, else `node_modules/.cache/unplugin-model` under the project's root.
 */
export function cacheFolder(projectRoot: string, cacheDir?: string): CacheFolder {
  const chosen = cacheDir ?? (process.env['UNPLUGIN_MODEL_CACHE'] || undefined)
  const base = resolve(projectRoot, chosen ?? 'node_modules/.cache/unplugin-model')
  const root = resolve(base, LAYOUT)
  const path = (...parts: string[]): string => resolve(root, ...parts)
  return {
    root,
    asset: (name) => path('assets', name),
    result: (key) => path('results', `${key}.json`),
    graph: (key) => path('graphs', `${key}.json`),
    snapshot: (digest) => path('graphs', `${digest}.graph`),
    digest: (key) => path('digests', `${key}.json`),
    inUse: (user) => path('in-use', `${user}.json`),
    lock: (key) => path('locks', key),
  }
}
