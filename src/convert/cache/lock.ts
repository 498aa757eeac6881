import { dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import lockfile from 'proper-lockfile'
import { makeFolder } from '../files/index.ts'
import { cacheFailed } from './record.ts'

/** A process that was killed leaves its lock; nobody touches the lock for this long, so another takes over. */
const STALE_MS = 5000
const LONGEST_WAIT_MS = 250

/**
 * Runs `work` while no other process, and no other call in this one, runs work under the same lock.
 *
 * A lock that is taken over while its owner still lives (a machine that slept) does no harm: files are written
 * atomically and named by content, so the work is only done twice.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const release = await acquire(path)
  try {
    return await work()
  } finally {
    await release().catch(() => undefined)
  }
}

async function acquire(path: string): Promise<() => Promise<void>> {
  for (let wait = 20; ; wait = Math.min(wait * 1.5, LONGEST_WAIT_MS)) {
    const release = await tryAcquire(path)
    if (release) return release
    await setTimeout(wait)
  }
}

/** Undefined while another holds it. Any other failure ends the wait: a read-only folder stays one. */
async function tryAcquire(path: string): Promise<(() => Promise<void>) | undefined> {
  try {
    makeFolder(dirname(path))
    return await lockfile.lock(path, {
      realpath: false,
      lockfilePath: path,
      stale: STALE_MS,
      update: STALE_MS / 4,
      onCompromised: () => undefined,
    })
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ELOCKED') return undefined
    throw cacheFailed(path, cause)
  }
}
