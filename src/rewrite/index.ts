import type { Graph, Model } from '../graph/index.ts'
import { TARGETS, type TargetName } from '../targets/index.ts'
import type { Pass, PassContext } from './pass.ts'
import { removeUnread } from './passes/clean/eliminate-dead-code.ts'
import { PASSES } from './passes/index.ts'

export type RewriteLevel = 'all' | 'basic' | 'none'

export interface RewriteOptions {
  readonly level: RewriteLevel
  /** @default 'wasm' */
  readonly target?: TargetName | undefined
  /** Called after each pass that changed something: tests verify the graph there. */
  readonly onPass?: ((pass: Pass) => void) | undefined
}

/** What one pass did over all rounds. */
export interface PassReport {
  readonly name: string
  readonly ms: number
  readonly nodesBefore: number
  readonly nodesAfter: number
  /** `12 nodes`; none where it changed nothing. */
  readonly notes: readonly string[]
}

/** Passes feed each other (a folded shape makes a Reshape a no-op); real models settle in two or three rounds. */
const MAX_ROUNDS = 10

/**
 * Rewrites a model in place: folds, removes, fuses. Outputs stay equal up to float rounding of folded weights.
 *
 * @example rewrite(model, { level: 'all' }).passes // [{ name: 'fold-constants', notes: ['12 nodes'], … }]
 */
export function rewrite(model: Model, options: RewriteOptions): { readonly passes: readonly PassReport[] } {
  if (options.level === 'none') return { passes: [] }
  const passes = PASSES.filter((pass) => options.level === 'all' || pass.level === 'basic')
  const tallies = passes.map((pass) => ({ pass, ms: 0, changes: new Map<string, number>(), removed: 0 }))
  const context: PassContext = { target: TARGETS[options.target ?? 'wasm'] }
  const atStart = inventoryOf(model.graph)
  let present = atStart
  /** The list's passes in a row, up to where it stands, that changed nothing: when that is all of them, none would. */
  let idle = 0
  for (let step = 0; step < MAX_ROUNDS * tallies.length && idle < tallies.length; step++) {
    const tally = tallies[step % tallies.length]
    if (!tally) break
    if (isAskedFor(tally.pass, present) && runPass(model, tally, context)) {
      idle = 0
      const left = inventoryOf(model.graph)
      tally.removed += present.nodes - left.nodes
      present = left
      options.onPass?.(tally.pass)
    } else idle++
  }
  return { passes: reportOf(tallies, atStart.nodes) }
}

/** What a model consists of, its subgraphs included. */
interface Inventory {
  readonly nodes: number
  readonly operators: ReadonlySet<string>
}

function inventoryOf(graph: Graph): Inventory {
  const operators = new Set<string>()
  let nodes = 0
  for (const { op } of graph.allNodes()) {
    operators.add(op)
    nodes++
  }
  return { nodes, operators }
}

/** Whether the model has what the pass looks for. */
const isAskedFor = ({ operators = [] }: Pass, present: Inventory): boolean =>
  operators.every((choice) => choice.some((op) => present.operators.has(op)))

interface Tally {
  readonly pass: Pass
  ms: number
  /** Noun → how many, as `Changes`. */
  readonly changes: Map<string, number>
  removed: number
}

/** Runs one pass and takes out what it left unread, so that a pass answers for its own nodes. @returns whether it changed anything. */
function runPass(model: Model, tally: Tally, context: PassContext): boolean {
  const start = performance.now()
  const changes = Object.entries(tally.pass.run(model, context)).filter(([, count]) => count > 0)
  if (changes.length > 0) removeUnread(model.graph)
  tally.ms += performance.now() - start
  for (const [noun, count] of changes) tally.changes.set(noun, (tally.changes.get(noun) ?? 0) + count)
  return changes.length > 0
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
      notes: [...changes].map(([noun, count]) => `${count} ${noun}${count === 1 ? '' : 's'}`),
    }
  })
}

export type { Pass } from './pass.ts'
