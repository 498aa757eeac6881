import type { Model } from '../graph/index.ts'

/** What a pass may ask about where the model will run. */
export interface RewriteContext {
  readonly target: 'wasm'
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
  /** @returns how many places it changed. */
  readonly run: (model: Model, context: RewriteContext) => number
}
