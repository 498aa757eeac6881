import type { Model } from '../graph/index.ts'
import type { TargetCapabilities } from '../targets/index.ts'

/** What a pass changed, in the words of its report: `{ node: 12, constant: 3 }`. None of anything: there was nothing to do. */
export interface Changes {
  readonly [noun: string]: number
}

/** What passes may ask about besides the model. */
export interface PassContext {
  /** What the execution provider runs: an operator is recognised only where its kernels gain by it. */
  readonly target: TargetCapabilities
}

/**
 * One rewriting pass: changes a verified graph in place into an equal one that still verifies, with types inferred.
 * It must be safe to run again, and is run until the whole list changes nothing.
 */
export interface Pass {
  /** As reports name it: `fuse-affine-behind`. */
  readonly name: string
  /** `basic`: exact clean-up that every tool does. `all`: fusions too. */
  readonly level: 'basic' | 'all'
  /**
   * Operators without which it finds nothing: of each list one must be in the model, or the pass is not run. Left out by passes
   * that look at any node.
   *
   * @example [['Transpose'], ['Gemm', 'MatMul']]
   */
  readonly operators?: readonly (readonly string[])[]
  /** What it leaves unread is taken out after it. */
  readonly run: (model: Model, context: PassContext) => Changes
}
