/** Milliseconds of processor time in a process of its own. */
export interface Times {
  /** The first time, when nothing is compiled or loaded: what one conversion meets. */
  readonly first: number
  /** Of some runs after the warm-up. */
  readonly median: number
  /** The same with the file serialised into memory: folded weights are computed there by one side, and before by the other. */
  readonly written: number
}

export interface OurTimes extends Times {
  /** The part of the median run that is rewriting. */
  readonly rewrite: number
}

/**
 * The same for both sides: a V8 that has compiled what it runs, a Python that has imported what it wants. Seconds of processor
 * time, and how many runs are measured after them.
 */
export const TIMING = { warmUp: 3, runs: 7 } as const
