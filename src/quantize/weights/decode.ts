import {
  type Builder,
  createBuilder,
  DTYPES,
  MemoryTensor,
  type Model,
  type Value,
} from '../../graph/index.ts'
import type { Float16Weights } from './float16.ts'
import type { StoredWeights, WeightStore } from './weight-store.ts'

/**
 * Replaces a constant by its int8 form, a Cast and a Mul: what a session's constant folding turns into float weights as
 * the model loads. A DequantizeLinear would be kept, and computed at every run.
 */
export function storeInt8(model: Model, weights: StoredWeights, store: WeightStore): void {
  const b = atFront(model)
  const { name } = weights.constant
  const wide = b.cast(store.signed(weights), { to: DTYPES.float32.onnx })
  replaceConstant(weights.constant, b.mul(wide, store.scales(weights, weights.layout.scaleDims), { name }))
}

/** Replaces a constant by its float16 form and a Cast, folded likewise. */
export function storeFloat16(model: Model, constant: Value, { bits }: Float16Weights): void {
  const b = atFront(model)
  const bytes = new Uint8Array(bits.buffer, bits.byteOffset, bits.byteLength)
  const dims = constant.tensor?.dims ?? []
  const stored = model.graph.addInitializer(new MemoryTensor('float16', dims, bytes), `${constant.name}.fp16`)
  replaceConstant(constant, b.cast(stored, { to: DTYPES.float32.onnx, name: constant.name }))
}

/** Before all nodes of the main graph, where every subgraph sees the result. */
export function atFront(model: Model): Builder {
  const [first] = model.graph.nodes()
  return createBuilder(model, { graph: model.graph, before: first })
}

function replaceConstant(constant: Value, decoded: Value): void {
  constant.replaceUsesWith(decoded)
  constant.graph.removeInitializer(constant)
}
