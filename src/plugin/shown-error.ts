import { ModelError } from '../errors/index.ts'

/**
 * The error as a host shall print it. Hosts print stacks and causes, which are noise where the user's call or file is at
 * fault; a bug of ours keeps them.
 */
export function shownError(error: unknown): unknown {
  if (!(error instanceof ModelError) || error.code === 'INTERNAL') return error
  const shown = new ModelError(error.code, { ...error.details, cause: undefined })
  shown.stack = ''
  return shown
}
