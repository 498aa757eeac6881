export { quantize } from './quantize.ts'
export { type Measure, relax, type Trial } from './relax.ts'
export type {
  LayerReport,
  LayerScheme,
  Limit,
  Limits,
  Quantization,
  QuantizeOptions,
  QuantScheme,
} from './scheme.ts'
