import { readFileSync } from 'node:fs'

let identity: string | undefined

/**
 * Version of this package and digest of its compiled code: what was made by another build is never served. Running from
 * sources there is no build, and the version stands alone.
 */
export function toolIdentity(): string {
  identity ??= `${toolVersion()}+${read('../build-id')?.trim() ?? 'source'}`
  return identity
}

/** The version in package.json. */
export function toolVersion(): string {
  const { version }: { version: unknown } = JSON.parse(read('../../package.json') ?? '{}')
  return String(version)
}

/** A file by its path relative to this one, which is the same in `src` and in `dist`. */
function read(path: string): string | undefined {
  try {
    return readFileSync(new URL(path, import.meta.url), 'utf8')
  } catch {
    return undefined
  }
}
