import { decibels, float16ToNumber, numberToFloat16 } from '../../graph/index.ts'

/** The largest finite float16. */
export const FLOAT16_MAX = 65504

export interface Float16Weights {
  /** Bit patterns, in the order of the source. */
  readonly bits: Uint16Array
  /** 10·log10(Σw² / Σ(w − half)²). */
  readonly sqnrDb: number
}

/** Each weight rounded to the nearest float16, ties to even. Undefined when one is NaN or beyond ±65504. */
export function quantizeFloat16(weights: Float32Array): Float16Weights | undefined {
  const decoded = decodingTable()
  const bits = new Uint16Array(weights.length)
  let [signal, noise] = [0, 0]
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i] ?? 0
    if (!(Math.abs(weight) <= FLOAT16_MAX)) return undefined
    const half = numberToFloat16(weight)
    bits[i] = half
    const lost = weight - (decoded[half] ?? 0)
    signal += weight * weight
    noise += lost * lost
  }
  return { bits, sqnrDb: decibels(signal, noise) }
}

let table: Float32Array | undefined

/** The value of all 65536 bit patterns: looked up, decoding costs nothing beside encoding. */
function decodingTable(): Float32Array {
  table ??= Float32Array.from({ length: 65536 }, (_, bits) => float16ToNumber(bits))
  return table
}
