import type { OrtModule } from './manifest.ts'

/** Runs tasks one after the other. A task that fails does not stop those behind it. */
export class Queue {
  private tail: Promise<unknown> = Promise.resolve()

  add<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const turn = this.tail.then(() => {
      signal?.throwIfAborted()
      return task()
    })
    this.tail = turn.catch(() => undefined)
    return signal === undefined ? turn : abortable(turn, signal)
  }
}

const queues = new WeakMap<OrtModule, Queue>()

/** One queue per onnxruntime module: its providers with asynchronous kernels cannot run two sessions at once. */
export function queueOf(ort: OrtModule): Queue {
  const queue = queues.get(ort) ?? new Queue()
  queues.set(ort, queue)
  return queue
}

/** The promise, or the signal's reason as soon as it aborts; the work behind the promise goes on unheard. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    promise.catch(() => undefined)
    return Promise.reject(signal.reason)
  }
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
