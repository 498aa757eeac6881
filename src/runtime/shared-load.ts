import { abortable } from './queue.ts'
import type { LoadProgress } from './types.ts'

export interface Listener {
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

export type Work<T> = (signal: AbortSignal, onProgress: (progress: LoadProgress) => void) => Promise<T>

/**
 * One piece of work that several callers wait for, each with its own signal and progress. It is aborted when the last
 * of them has aborted; a caller who joins late is told where it stands.
 */
export class SharedLoad<T> {
  readonly result: Promise<T>
  private readonly controller = new AbortController()
  private readonly listeners = new Set<Listener>()
  private progress: LoadProgress | undefined
  private settled = false

  constructor(work: Work<T>) {
    const { signal } = this.controller
    const ended = work(signal, (progress) => this.report(progress))
    this.result = abortable(ended, signal).finally(() => {
      this.settled = true
    })
    this.result.catch(() => undefined)
  }

  get aborted(): boolean {
    return this.controller.signal.aborted
  }

  async join(listener: Listener): Promise<T> {
    listener.signal?.throwIfAborted()
    this.listeners.add(listener)
    if (this.progress !== undefined) tell(listener, this.progress)
    try {
      return await (listener.signal === undefined ? this.result : abortable(this.result, listener.signal))
    } finally {
      this.listeners.delete(listener)
      if (this.listeners.size === 0 && listener.signal?.aborted) this.abort(listener.signal.reason)
    }
  }

  /** Ends the work for every caller; nothing happens once it has ended by itself. */
  abort(reason: unknown): void {
    if (!this.settled) this.controller.abort(reason)
  }

  private report(progress: LoadProgress): void {
    this.progress = progress
    for (const listener of this.listeners) tell(listener, progress)
  }
}

/** What a listener throws is its page's own trouble, and not that of the others who wait. */
function tell({ onProgress }: Listener, progress: LoadProgress): void {
  try {
    onProgress?.(progress)
  } catch (error) {
    if (typeof reportError === 'function') reportError(error)
    else console.error(error)
  }
}
