import { realpath } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import type { ModelId } from '../model-id.ts'
import { aliasedPaths, type PathAlias } from './path-aliases.ts'

/** An import as the plugin sees it: `id` with the model's own path; `asWritten` as hosts hand it on. */
export interface ResolvedImport {
  readonly id: ModelId
  readonly asWritten: ModelId
}

export interface Surroundings {
  readonly root: string
  readonly importer: string
  readonly aliases: readonly PathAlias[]
}

/**
 * Finds the model of an import as hosts do: relative to the importer, from the root (`/models/net.pth`), by an alias of the
 * tsconfig, in a package. A relative file that is not there is resolved all the same, so that the pipeline says what is wrong.
 *
 * @returns undefined where only the host's own configuration can tell.
 */
export async function resolveImport(
  written: ModelId,
  around: Surroundings,
): Promise<ResolvedImport | undefined> {
  const { path, query } = written
  if (/^\.\.?\//.test(path)) return asIs(written, resolve(dirname(around.importer), path))
  if (path.startsWith('/')) {
    return asIs(
      written,
      (await real(join(around.root, path))) ?? (await real(path)) ?? join(around.root, path),
    )
  }
  for (const candidate of aliasedPaths(path, around.aliases)) {
    const found = await real(candidate)
    // Hosts put the path in the place of an alias before a plugin sees it.
    if (found !== undefined) return { id: { path: found, query }, asWritten: { path: candidate, query } }
  }
  const packaged = inPackage(path, around.importer)
  return packaged === undefined ? undefined : asIs(written, packaged)
}

const asIs = async (asWritten: ModelId, path: string): Promise<ResolvedImport> => ({
  id: { path: (await real(path)) ?? path, query: asWritten.query },
  asWritten,
})

/** With links followed, as Vite does; undefined for a file that is not there. */
const real = (path: string): Promise<string | undefined> => realpath(path).catch(() => undefined)

function inPackage(path: string, importer: string): string | undefined {
  try {
    return createRequire(importer).resolve(path)
  } catch {
    return undefined
  }
}
