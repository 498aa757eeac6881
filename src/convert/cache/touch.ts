import { stat, utimes } from 'node:fs/promises'

const HOUR_MS = 3600_000

/** Marks a record as used, for pruning; at most once an hour, so that a hit is all reading. */
export async function touch(path: string): Promise<void> {
  try {
    const now = new Date()
    if (now.getTime() - (await stat(path)).mtimeMs > HOUR_MS) await utimes(path, now, now)
  } catch {
    // A cache that cannot be written still serves hits.
  }
}
