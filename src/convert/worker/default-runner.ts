import type { JobRunner } from '../job.ts'
import { workerRunner } from './run-in-worker.ts'

/**
 * A worker thread. Run from TypeScript sources, as this project's own tests do, there is no compiled file for a worker to
 * start from, and the job runs on the calling thread.
 */
export async function defaultRunner(): Promise<JobRunner> {
  if (!import.meta.url.endsWith('.ts')) return workerRunner()
  const { inlineRunner } = await import('../pipeline/index.ts')
  return inlineRunner
}
