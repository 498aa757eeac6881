import { ModelError } from '../src/errors/index.ts'

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

/** The same for a promise. */
export async function rejectionOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  return messageOf(() => {
    throw error
  })
}
