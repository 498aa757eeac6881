import { Worker } from 'node:worker_threads'
import { ModelError } from '../../errors/index.ts'
import type { Job, JobRunner, OnProgress } from '../job.ts'
import { asModelError, fromWire } from './error-wire.ts'
import type { WorkerMessage, WorkerResult } from './protocol.ts'

/** A job that takes longer is taken for one that never ends. */
const TIMEOUT_MS = 60 * 60 * 1000

/**
 * The evaluator calls itself for every call in the user's program. Its own depth budget must run out before the stack
 * does, and a thread's default of 4 MB is too little for that.
 */
const STACK_MB = 64

/** One worker thread a job; it ends with the job. */
export const workerRunner: JobRunner = {
  async convert(job, onProgress) {
    const message = await runInWorker(job, onProgress)
    return message.kind === 'convert' ? message.result : Promise.reject(wrongAnswer(job))
  },
  async inspect(job) {
    const message = await runInWorker(job, () => undefined)
    return message.kind === 'inspect' ? message.result : Promise.reject(wrongAnswer(job))
  },
}

async function runInWorker(job: Job, onProgress: OnProgress): Promise<WorkerResult> {
  const worker = new Worker(new URL('./entry.js', import.meta.url), {
    workerData: job,
    name: 'unplugin-model',
    resourceLimits: { stackSizeMb: STACK_MB },
  })
  try {
    return await outcome(worker, job, onProgress)
  } finally {
    // Not waited for: the engine compiles in the background, up to a second, and the thread ends only after it.
    void worker.terminate()
  }
}

function outcome(worker: Worker, job: Job, onProgress: OnProgress): Promise<WorkerResult> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(tookTooLong(job)), TIMEOUT_MS)
    const settle = (act: () => void): void => {
      clearTimeout(timer)
      act()
    }
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'progress') onProgress(message.progress)
      else if (message.kind === 'failed') settle(() => reject(fromWire(message.error)))
      else settle(() => resolve(message))
    })
    worker.once('error', (error) => settle(() => reject(crash(error, job))))
    worker.once('exit', (code) => settle(() => reject(endedEarly(code, job))))
  })
}

const wrongAnswer = ({ kind }: Job): ModelError =>
  new ModelError('INTERNAL', { what: `The worker did not answer the job ${kind}` })

function crash(error: unknown, { displayName }: Job): ModelError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code !== 'ERR_WORKER_OUT_OF_MEMORY') return asModelError(error)
  return new ModelError('LIMIT_EXCEEDED', {
    what: `Converting ${displayName} needs more memory than Node.js allows it`,
    next: 'Allow more, as in NODE_OPTIONS=--max-old-space-size=8192',
    cause: error,
  })
}

const endedEarly = (code: number, { displayName }: Job): ModelError =>
  new ModelError('INTERNAL', {
    what: `The thread that converts ${displayName} ended with status ${code} and without a result`,
    next: 'Please report it with the model file',
  })

const tookTooLong = ({ displayName }: Job): ModelError =>
  new ModelError('LIMIT_EXCEEDED', {
    what: `Converting ${displayName} did not end within ${TIMEOUT_MS / 60000} minutes`,
    next: 'Give a smaller input, or validate=off',
  })
