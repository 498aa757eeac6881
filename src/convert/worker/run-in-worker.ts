import { Worker } from 'node:worker_threads'
import { ModelError } from '../../errors/index.ts'
import type { Job, JobRunner, OnProgress, Progress } from '../job.ts'
import { asModelError, fromWire } from './error-wire.ts'
import type { WorkerMessage, WorkerResult } from './protocol.ts'

/** A job that takes longer is taken for one that never ends. */
const TIMEOUT_MS = 60 * 60 * 1000

interface WorkerOptions {
  /** The thread's module. @default the compiled `entry` beside this file */
  readonly entry?: URL
  /** @default an hour */
  readonly timeoutMs?: number
}

/**
 * The evaluator calls itself for every call in the user's program. Its own depth budget must run out before the stack
 * does, and a thread's default of 4 MB is too little for that.
 */
const STACK_MB = 64

/** One worker thread a job; it ends with the job, however that ends. */
export function workerRunner(options: WorkerOptions = {}): JobRunner {
  return {
    async convert(job, onProgress) {
      const message = await runInWorker(job, onProgress, options)
      if (message.kind === 'convert') return message.result
      throw wrongAnswer(job)
    },
    async inspect(job) {
      const message = await runInWorker(job, () => undefined, options)
      if (message.kind === 'inspect') return message.result
      throw wrongAnswer(job)
    },
  }
}

async function runInWorker(
  job: Job,
  onProgress: OnProgress,
  { entry = new URL('./entry.js', import.meta.url), timeoutMs = TIMEOUT_MS }: WorkerOptions,
): Promise<WorkerResult> {
  const worker = new Worker(entry, {
    workerData: job,
    name: 'unplugin-model',
    resourceLimits: { stackSizeMb: STACK_MB },
  })
  try {
    return await outcome(worker, job, onProgress, timeoutMs)
  } finally {
    // Not waited for: the engine compiles in the background, up to a second, and the thread ends only after it.
    void worker.terminate()
  }
}

function outcome(worker: Worker, job: Job, onProgress: OnProgress, timeoutMs: number): Promise<WorkerResult> {
  let timer: NodeJS.Timeout | undefined
  const ended = new Promise<WorkerResult>((resolve, reject) => {
    timer = setTimeout(() => reject(tookTooLong(job, timeoutMs)), timeoutMs)
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'failed') reject(fromWire(message.error))
      else if (message.kind !== 'progress') resolve(message)
      else tell(onProgress, message.progress, reject)
    })
    worker.once('error', (error) => reject(crash(error, job)))
    worker.once('exit', (code) => reject(endedEarly(code, job)))
  })
  return ended.finally(() => clearTimeout(timer))
}

/** What a listener throws ends the job; in an event of the thread nobody would catch it. */
function tell(onProgress: OnProgress, progress: Progress, reject: (error: unknown) => void): void {
  try {
    onProgress(progress)
  } catch (error) {
    reject(error)
  }
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

const tookTooLong = ({ displayName }: Job, timeoutMs: number): ModelError =>
  new ModelError('LIMIT_EXCEEDED', {
    what: `Converting ${displayName} did not end within ${timeoutMs / 60000} minutes`,
    next: 'Give a smaller input, or validate=off',
  })
