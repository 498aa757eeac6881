import { basename, resolve } from 'node:path'
import { noteInUse, type User } from './cache/in-use.ts'
import { cacheFolder } from './cache/location.ts'
import type { ConvertRequest, ConvertResult } from './convert.ts'

/** What a project's last build, or its development server, stands on. */
export interface ResultsInUse extends Pick<ConvertRequest, 'root' | 'cacheDir'> {
  readonly user: User
  /** All of them: they take the place of those noted before. */
  readonly results: Iterable<Pick<ConvertResult, 'cacheKey' | 'assets'>>
}

/** Keeps results from being pruned, however old they grow: a bundle or a server refers to files of the cache. Never fails. */
export async function keepResults({
  root = process.cwd(),
  cacheDir,
  user,
  results,
}: ResultsInUse): Promise<void> {
  const all = [...results]
  await noteInUse(cacheFolder(root, cacheDir), user, {
    root: resolve(root),
    results: all.map(({ cacheKey }) => cacheKey),
    assets: all.flatMap(({ assets }) => assets.map(({ path }) => basename(path))),
  })
}
