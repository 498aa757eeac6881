import type { Model } from '../graph/index.ts'

/** What a pass changed, in the words of its report: `{ node: 12, constant: 3 }`. None of anything: there was nothing to do. */
export interface Changes {
  readonly [noun: string]: number
}

/**
 * One rewriting pass: changes a verified graph in place into an equal one that still verifies, with types inferred.
 * It must be safe to run again, and is run until the whole list changes nothing.
 */
export interface Pass {
  /** As reports name it: `fuse-conv-batchnorm`. */
  readonly name: string
  /** `basic`: exact clean-up that every tool does. `all`: fusions too. */
  readonly level: 'basic' | 'all'
  /** What it leaves unread is taken out after it. */
  readonly run: (model: Model) => Changes
}
