import type { Pass } from '../../pass.ts'

/** If and Loop whose conditions are known, and what stands in their bodies without need. */
export const CONTROL_FLOW: readonly Pass[] = []
