import { conv } from './conv.ts'
import type { IntegerLayer } from './integer-layer.ts'
import { gemm, matMul } from './matmul.ts'

/** Operators that have an integer form: the list to read, and the one place to register. */
export const INTEGER_LAYERS: ReadonlyMap<string, IntegerLayer> = new Map([
  ['Conv', conv],
  ['Gemm', gemm],
  ['MatMul', matMul],
])

export { Activations } from './activations.ts'
export type { IntegerLayer, Workbench } from './integer-layer.ts'
