import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/**
 * Main file of onnxruntime-web as the user's project resolves it, so that models are judged by the version that will run
 * them; else of the one beside this package; undefined when there is neither.
 *
 * @param root Folder of the user's package.json.
 */
export function findRuntime(root: string | undefined): string | undefined {
  const places = [root === undefined ? undefined : join(root, 'package.json'), import.meta.url]
  for (const place of places) {
    const path = place === undefined ? undefined : resolveFrom(place)
    if (path !== undefined) return path
  }
  return undefined
}

/** The version that `createEngine` would run, without loading it: read at every call, since it may be upgraded meanwhile. */
export function engineVersion(root: string | undefined): string | undefined {
  const main = findRuntime(root)
  if (main === undefined) return undefined
  try {
    // The package exports no path to it; the main file lies in its dist/.
    const text = readFileSync(join(dirname(main), '../package.json'), 'utf8')
    const { version }: { version?: unknown } = JSON.parse(text)
    return typeof version === 'string' ? version : undefined
  } catch {
    return undefined
  }
}

function resolveFrom(place: string): string | undefined {
  try {
    return createRequire(place).resolve('onnxruntime-web')
  } catch {
    return undefined
  }
}
