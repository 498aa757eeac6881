import { roundMs } from './milliseconds.ts'
import type { Overhead, StageReport } from './report.ts'

type Part = Exclude<keyof Overhead, 'other'>

/**
 * Times one call of `convert` around its stages, so that what it took is told whole: the parts and the stages add up to
 * the call.
 */
export class CallClock {
  readonly #start = performance.now()
  readonly #parts: Record<Part, number> = { lookUp: 0, wait: 0, start: 0 }

  /** Begins a part; what it returns ends it, and does nothing when called again. */
  begin(part: Part): () => void {
    const begun = performance.now()
    let ended = false
    return () => {
      if (!ended) this.#parts[part] += performance.now() - begun
      ended = true
    }
  }

  async time<T>(part: Part, work: Promise<T>): Promise<T> {
    const end = this.begin(part)
    try {
      return await work
    } finally {
      end()
    }
  }

  /** What the call took so far, and what of it the stages do not account for. */
  told(stages: readonly StageReport[]): { readonly ms: number; readonly overhead: Overhead } {
    const ms = performance.now() - this.#start
    const { lookUp, wait, start } = this.#parts
    const staged = stages.reduce((sum, stage) => sum + stage.ms, 0)
    const other = Math.max(0, ms - staged - lookUp - wait - start)
    return {
      ms: roundMs(ms),
      overhead: {
        lookUp: roundMs(lookUp),
        wait: roundMs(wait),
        start: roundMs(start),
        other: roundMs(other),
      },
    }
  }
}
