import type { Pass } from '../../pass.ts'
import { removeNoOps } from './remove-no-ops.ts'

/** What computes in vain, or twice. Unread nodes go before everything else, equal constants become one after it. */
export const CLEAN: readonly Pass[] = [removeNoOps]
