import { basename } from 'node:path'
import { ModelError, type Where } from '../errors/index.ts'
import { displayName, type ModelId } from './model-id.ts'

/**
 * The error as a host shall print it. Hosts print stacks and causes, which are noise where the user's call or file is at
 * fault; a bug of ours keeps them. It names the model, of which a project may have several, and where the call is wrong the
 * import that makes it.
 */
export function shownError(error: unknown, id: ModelId, importedAt?: Where): unknown {
  if (!(error instanceof ModelError) || error.code === 'INTERNAL') return error
  const { what, where, ...details } = error.details
  const place = error.exit === 2 ? (importedAt ?? where) : where
  const named = what.includes(basename(id.path)) ? what : `${displayName(id)}: ${what}`
  const shown = new ModelError(error.code, { ...details, what: named, where: place, cause: undefined })
  shown.stack = ''
  return shown
}
