import { basename } from 'node:path'
import { ModelError } from '../errors/index.ts'
import { displayName, type ModelId } from './model-id.ts'

/**
 * The error as a host shall print it. Hosts print stacks and causes, which are noise where the user's call or file is at
 * fault; a bug of ours keeps them. It names the model, of which a project may have several.
 */
export function shownError(error: unknown, id: ModelId): unknown {
  if (!(error instanceof ModelError) || error.code === 'INTERNAL') return error
  const { what, ...details } = error.details
  const named = what.includes(basename(id.path)) ? what : `${displayName(id)}: ${what}`
  const shown = new ModelError(error.code, { ...details, what: named, cause: undefined })
  shown.stack = ''
  return shown
}
