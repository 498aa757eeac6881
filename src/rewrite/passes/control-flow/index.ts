import type { Pass } from '../../pass.ts'
import { hoistInvariants } from './hoist-invariants.ts'
import { inlineBranches } from './inline-branches.ts'
import { trimBodies } from './trim-bodies.ts'
import { unrollLoops } from './unroll-loops.ts'

/** If and Loop whose conditions are known, and what stands in their bodies without need. */
export const CONTROL_FLOW: readonly Pass[] = [inlineBranches, unrollLoops, trimBodies, hoistInvariants]
