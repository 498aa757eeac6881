import { readdir } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { ModelError, nearest } from '../errors/index.ts'

/** The error for a file that is not there, with the nearest name of its folder. */
export async function missingFile(file: string, displayName: string): Promise<ModelError> {
  const name = basename(file)
  const entries = await readdir(dirname(file), { withFileTypes: true }).catch(() => undefined)
  const names = entries?.flatMap((entry) => (entry.isDirectory() ? [] : [entry.name]))
  const close = names && nearest(name, names)
  return new ModelError('FILE_NOT_FOUND', {
    what: `${displayName} does not exist`,
    why: names ? undefined : `Nor does the folder ${dirname(displayName)}`,
    next: close ? `Did you mean ${besides(displayName, name, close)}?` : 'Check the path',
  })
}

/** The display name with another base name. */
const besides = (displayName: string, name: string, other: string): string =>
  `${displayName.slice(0, displayName.length - name.length)}${other}`
