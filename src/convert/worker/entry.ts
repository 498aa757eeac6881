import { parentPort, workerData } from 'node:worker_threads'
import type { Job } from '../job.ts'
import { inlineRunner } from '../pipeline/index.ts'
import { toWire } from './error-wire.ts'
import type { WorkerMessage, WorkerResult } from './protocol.ts'

/** Runs the one job it was started with, posts how it ended, and is over. */
const job: Job = workerData
const post = (message: WorkerMessage): void => parentPort?.postMessage(message)

async function run(): Promise<WorkerResult> {
  if (job.kind === 'inspect') return { kind: 'inspect', result: await inlineRunner.inspect(job) }
  const onProgress = (progress: Extract<WorkerMessage, { kind: 'progress' }>['progress']): void =>
    post({ kind: 'progress', progress })
  return { kind: 'convert', result: await inlineRunner.convert(job, onProgress) }
}

try {
  post(await run())
} catch (error) {
  post({ kind: 'failed', error: toWire(error) })
}
