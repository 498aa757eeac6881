export { runBranches } from './branches.ts'
export { connected, decision, negated, pythonBool } from './decision.ts'
export { undecidedComparison, undecidedNumber } from './undecided-number.ts'
