export { type GainVerdict, integerGain, type LayerSize } from './integer-gain.ts'
export {
  type FusedKernel,
  type FusedOperator,
  type IntegerKernel,
  type IntegerOperator,
  type MatrixSize,
  TARGETS,
  type TargetCapabilities,
  type TargetName,
} from './target.ts'
