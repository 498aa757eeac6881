import type { TargetCapabilities } from './target.ts'
import { wasmFused } from './wasm-fused.ts'

const MEASURED = 'bench/int8-thresholds.ts, table in docs/quantisation.md'

/**
 * onnxruntime-web's wasm provider, one thread. Measured on the wasm build itself: native speed does not predict it.
 * What it says of int8 is for the unfused tail too: quantising the activation, and for Conv the Cast, Mul and Add behind it.
 */
export const wasm: TargetCapabilities = {
  fused: wasmFused,
  integer: {
    MatMul: {
      kernels: ['DynamicQuantizeMatMul', 'MatMulIntegerToFloat'],
      weights: 'int8',
      groups: false,
      gainsFrom: { rows: 8, reduction: 64, columns: 32 },
      origin: MEASURED,
    },
    // int8 weights would take a kernel that is five times slower than float; the uint8 one wants one zero point for all channels.
    Conv: {
      kernels: ['ConvInteger'],
      weights: 'uint8',
      groups: false,
      gainsFrom: { rows: 49, reduction: 128, columns: 32 },
      origin: MEASURED,
    },
  },
  storage: {
    forms: ['int8', 'fp16'],
    origin: 'test/quantize/profile.test.ts: no Cast and no Mul is left once a session is made',
  },
}
