import type { Pass } from '../../pass.ts'

/** What only moves elements: transposes pushed and cancelled, chains of reshapes, slices and casts made one. */
export const MOVEMENT: readonly Pass[] = []
