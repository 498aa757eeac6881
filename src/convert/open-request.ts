import { existsSync } from 'node:fs'
import { access, constants, stat } from 'node:fs/promises'
import { isAbsolute, join, relative, resolve } from 'node:path'
import { engineVersion } from '../engine/installed.ts'
import { ModelError } from '../errors/index.ts'
import { type CanonicalValue, canonicalKeys, canonicalQuery, parseRequest } from '../request/index.ts'
import { fileDigest } from './cache/digest.ts'
import { cacheKeys } from './cache/keys.ts'
import { cacheFolder } from './cache/location.ts'
import type { ConvertJob } from './job.ts'
import { missingFile } from './missing-file.ts'

export interface RequestedFile {
  /** Absolute path, or relative to the current folder. */
  readonly file: string
  /** Raw query, with or without its `?`. */
  readonly query: string
  /** Folder of the user's project. @default the current folder */
  readonly root?: string | undefined
}

export interface OpenedRequest {
  readonly job: ConvertJob
  readonly keys: Record<string, CanonicalValue>
  readonly sourceBytes: number
}

/** Checks the query and the file, and finds the keys under which the result is cached. */
export async function openRequest(
  requested: RequestedFile & { readonly cacheDir?: string | undefined },
): Promise<OpenedRequest> {
  const { request, file, root, displayName } = readRequested(requested)
  await checkFile(file, displayName)
  const digest = await fileDigest(cacheFolder(root, requested.cacheDir), file)
  if (!digest) throw await missingFile(file, displayName)
  const { graph, result } = cacheKeys({
    file,
    sourceDigest: digest.sha256,
    request,
    engineVersion: engineVersion(root),
  })
  const job: ConvertJob = {
    kind: 'convert',
    file,
    displayName,
    query: canonicalQuery(request),
    root,
    cacheDir: requested.cacheDir,
    sourceStamp: digest.stamp,
    graphKey: graph,
    resultKey: result,
  }
  return { job, keys: canonicalKeys(request), sourceBytes: digest.stamp.size }
}

/** The query is read first: a call that is wrong is told so whatever the file is. */
export function readRequested({ file: given, query, root: givenRoot = process.cwd() }: RequestedFile) {
  const root = resolve(givenRoot)
  const file = resolve(given)
  const displayName = displayed(root, file)
  refuseConfig(root)
  try {
    return { request: parseRequest(query), file, root, displayName }
  } catch (error) {
    throw error instanceof ModelError ? error.at({ file: displayName }) : error
  }
}

const CONFIGS = ['ts', 'mts', 'js', 'mjs'].map((ending) => `unplugin.config.${ending}`)

/** Defaults that a project keeps in a file are documented, and not built yet: a file that is there is not passed over. */
function refuseConfig(root: string): void {
  const found = CONFIGS.find((name) => existsSync(join(root, name)))
  if (found === undefined) return
  throw new ModelError('NOT_BUILT_YET', {
    what: `${found} is documented and not built yet`,
    where: { file: found },
    next: 'Write what it says into the queries of the imports, and move the file away',
  })
}

/** Relative to the project where it lies inside, as people write it. */
function displayed(root: string, file: string): string {
  const inside = relative(root, file)
  return inside === '' || inside.startsWith('..') || isAbsolute(inside) ? file : inside
}

export async function checkFile(file: string, displayName: string): Promise<void> {
  const stats = await stat(file).catch(() => undefined)
  if (!stats) throw await missingFile(file, displayName)
  if (!stats.isFile()) {
    const kind = stats.isDirectory() ? 'a folder' : 'not a regular file'
    throw new ModelError('BAD_CALL', { what: `${displayName} is ${kind}`, next: 'Name a model file' })
  }
  await access(file, constants.R_OK).catch((cause: unknown) => {
    throw new ModelError('FILE_NOT_FOUND', {
      what: `${displayName} cannot be read`,
      why: cause instanceof Error ? cause.message : String(cause),
      next: 'Change its permissions',
      cause,
    })
  })
}
