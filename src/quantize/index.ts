export { quantize } from './quantize.ts'
export type { LayerReport, LayerScheme, Quantization, QuantizeOptions, QuantScheme } from './scheme.ts'
