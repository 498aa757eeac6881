import type { Pass } from '../../pass.ts'
import { commonSubexpressions } from './common-subexpressions.ts'
import { removeNoOps } from './remove-no-ops.ts'
import { simplifyOperators } from './simplify-operators.ts'

/** What computes in vain, or twice. Unread nodes and equal constants go before everything else. */
export const CLEAN: readonly Pass[] = [removeNoOps, simplifyOperators, commonSubexpressions]
