import { type Model, type Tensor, tensorData, type Value } from '../graph/index.ts'
import { constantsOf } from './constants.ts'
import type { LayerReport, LayerScheme, Quantized, QuantizeOptions } from './scheme.ts'
import { storeFloat16 } from './weights/decode.ts'
import { FLOAT16_MAX, quantizeFloat16 } from './weights/float16.ts'

/** A Cast node and its names cost some 100 bytes; fewer weights than this save less than three times that. */
const MIN_WEIGHTS = 256

/** float16 keeps 11 bits, some 72 dB; far fewer are left where weights lie below its smallest normal, 6.1e-5. */
const MIN_SQNR_DB = 50

/** Stores every float32 constant in float16. Inputs, outputs and arithmetic stay float32. */
export function quantizeToFloat16(model: Model, { limits }: QuantizeOptions): Quantized {
  const forms = new Map<Tensor, LayerScheme>()
  const layers = constantsOf(model, 'float32', MIN_WEIGHTS).map((constant) => {
    const { name, tensor } = constant
    const limit = tensor && limits?.get(tensor)
    if (limit) return kept(name, limit.reason)
    const report = storeOne(model, constant)
    if (tensor && report.scheme === 'fp16') forms.set(tensor, report.scheme)
    return report
  })
  return { layers, forms }
}

function storeOne(model: Model, constant: Value): LayerReport {
  const { name, tensor } = constant
  const data = tensor && tensorData(tensor)
  const halves = data instanceof Float32Array ? quantizeFloat16(data) : undefined
  if (!halves) return kept(name, `a value is NaN or beyond ±${FLOAT16_MAX}, float16's largest`)
  const { sqnrDb } = halves
  if (sqnrDb < MIN_SQNR_DB)
    return kept(name, `its values are too small for float16 (${sqnrDb.toFixed(1)} dB would be left)`)
  storeFloat16(model, constant, halves)
  return {
    name,
    scheme: 'fp16',
    sqnrDb: Number.isFinite(sqnrDb) ? sqnrDb : null,
    reason: 'stored in float16, computed in float32',
  }
}

const kept = (name: string, why: string): LayerReport => ({
  name,
  scheme: 'float32',
  sqnrDb: null,
  reason: `left in float: ${why}`,
})
