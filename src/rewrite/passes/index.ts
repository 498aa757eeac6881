import type { Pass } from '../pass.ts'
import { eliminateDeadCode } from './clean/eliminate-dead-code.ts'
import { CLEAN } from './clean/index.ts'
import { shareInitializers } from './clean/share-initializers.ts'
import { CONTROL_FLOW } from './control-flow/index.ts'
import { FOLD } from './fold/index.ts'
import { MOVEMENT } from './movement/index.ts'
import { RECOGNISE } from './recognise/index.ts'
import { WEIGHTS } from './weights/index.ts'

/**
 * The order of rewriting: what nobody reads is taken out first, and what is there twice made one; then what is known, then
 * what it makes redundant, then what only moves elements; fusions find the graph as plain as it gets. Constants merge into
 * weights only where no operator is recognised that has them in its middle.
 */
export const PASSES: readonly Pass[] = [
  eliminateDeadCode,
  shareInitializers,
  ...FOLD,
  ...CLEAN,
  ...CONTROL_FLOW,
  ...MOVEMENT,
  ...RECOGNISE,
  ...WEIGHTS,
]
