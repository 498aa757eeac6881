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
 * what it makes redundant. What stands for one operator of the target is recognised as it was written, before elements
 * are moved otherwise and before constants in its middle merge into weights; what only shows itself after that, in the
 * next round.
 */
export const PASSES: readonly Pass[] = [
  eliminateDeadCode,
  shareInitializers,
  ...FOLD,
  ...CLEAN,
  ...CONTROL_FLOW,
  ...RECOGNISE,
  ...MOVEMENT,
  ...WEIGHTS,
]
