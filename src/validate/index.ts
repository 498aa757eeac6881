export { type Budget, type BudgetName, type BudgetOverride, budgetFor, DEFAULT_BUDGETS } from './budget.ts'
export { OutputComparison, type OutputMetrics } from './metrics.ts'
export { OUTPUT_PREFIX, type Recording, type Sample, type Samples, samplesFor, workOf } from './samples.ts'
export {
  type Answers,
  answersOf,
  judge,
  type OutputReport,
  type Validation,
  type ValidationRequest,
  validate,
} from './validate.ts'
