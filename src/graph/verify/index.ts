export { type VerifyOptions, verify, violationsOf } from './verify.ts'
export type { Rule, Violation } from './violation.ts'
