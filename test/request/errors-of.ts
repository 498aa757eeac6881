import { ModelError } from '../../src/errors/index.ts'

/** The message of the ModelError that a call throws, for inline snapshots. */
export function messageOf(call: () => unknown): string {
  try {
    call()
  } catch (error) {
    if (error instanceof ModelError) return error.message
    throw error
  }
  throw new Error('nothing was thrown')
}
