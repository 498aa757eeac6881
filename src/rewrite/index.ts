import type { Model } from '../graph/index.ts'
import type { Pass, RewriteContext } from './pass.ts'
import { PASSES } from './passes/index.ts'

export type RewriteLevel = 'all' | 'basic' | 'none'

export interface RewriteOptions extends RewriteContext {
  readonly level: RewriteLevel
  /** Called after each pass that changed something: tests verify the graph there. */
  readonly onPass?: ((pass: Pass) => void) | undefined
}

/** What one pass did over all rounds. */
export interface PassReport {
  readonly name: string
  readonly ms: number
  readonly nodesBefore: number
  readonly nodesAfter: number
  readonly notes: readonly string[]
}

/** Passes feed each other (a folded shape makes a Reshape a no-op); real models settle in two or three rounds. */
const MAX_ROUNDS = 10

/**
 * Rewrites a model in place: folds, removes, fuses. Outputs stay equal up to float rounding of folded weights.
 *
 * @example rewrite(model, { level: 'all', target: 'wasm' }).passes // [{ name: 'fold-constants', nodesBefore: 60, … }]
 */
export function rewrite(model: Model, options: RewriteOptions): { readonly passes: readonly PassReport[] } {
  if (options.level === 'none') return { passes: [] }
  const passes = PASSES.filter((pass) => options.level === 'all' || pass.level === 'basic')
  const tallies = passes.map((pass) => ({ pass, ms: 0, changes: 0, removed: 0 }))
  const nodesAtStart = model.graph.countAllNodes()
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const changes = tallies.map((tally) => runPass(model, tally, options))
    if (changes.every((count) => count === 0)) break
  }
  return { passes: reportOf(tallies, nodesAtStart) }
}

interface Tally {
  readonly pass: Pass
  ms: number
  changes: number
  removed: number
}

function runPass(model: Model, tally: Tally, options: RewriteOptions): number {
  const before = model.graph.countAllNodes()
  const start = performance.now()
  const changes = tally.pass.run(model, options)
  tally.ms += performance.now() - start
  tally.changes += changes
  tally.removed += before - model.graph.countAllNodes()
  if (changes > 0) options.onPass?.(tally.pass)
  return changes
}

/** Rounds are added up, so that a pass stands in the report once; its node counts chain from the list's start to its end. */
function reportOf(tallies: readonly Tally[], nodesAtStart: number): PassReport[] {
  let nodes = nodesAtStart
  return tallies.map(({ pass, ms, changes, removed }) => {
    const nodesBefore = nodes
    nodes -= removed
    return {
      name: pass.name,
      ms,
      nodesBefore,
      nodesAfter: nodes,
      notes: changes > 0 ? [`${changes} changed`] : [],
    }
  })
}

export type { Pass, RewriteContext } from './pass.ts'
