export { runBranches } from './branches.ts'
export { connected, decision, negated, pythonBool } from './decision.ts'
export { runLoop } from './loop.ts'
export { undecidedComparison, undecidedInt, undecidedNumber } from './undecided-number.ts'
