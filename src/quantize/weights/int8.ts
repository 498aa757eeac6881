import { decibels } from '../../graph/index.ts'
import { type ChannelLayout, channelCount } from './channels.ts'

/** Symmetric: −128 is left out, so that negation is exact and the zero point is one number for all channels. */
const LIMIT = 127

/** Zero point of the uint8 form of symmetric weights. */
export const UINT8_ZERO_POINT = 128

export interface Int8Weights {
  /** In the order of the source. */
  readonly values: Int8Array
  /** One a channel; w ≈ value · scale. */
  readonly scales: Float32Array
  /** 10·log10(Σw² / Σ(w − value·scale)²). */
  readonly sqnrDb: number
}

/**
 * Per-channel symmetric int8: scale = max|w| / 127 rounded to float32, value = w / scale rounded half to even. Plain
 * double arithmetic, so that the bytes are the same on every machine. Undefined when a weight is NaN or infinite.
 */
export function quantizeInt8(weights: Float32Array, layout: ChannelLayout): Int8Weights | undefined {
  const scales = channelScales(weights, layout)
  if (!scales) return undefined
  const values = new Int8Array(weights.length)
  let [signal, noise] = [0, 0]
  const { outer, leading, middle, trailing } = layout
  let index = 0
  for (let o = 0; o < outer; o++) {
    for (let l = 0; l < leading; l++) {
      for (let m = 0; m < middle; m++) {
        for (let t = 0; t < trailing; t++, index++) {
          const weight = weights[index] ?? 0
          const scale = scales[l * trailing + t] ?? 1
          const value = clamp(roundHalfToEven(weight / scale))
          values[index] = value
          const lost = weight - Math.fround(value * scale)
          signal += weight * weight
          noise += lost * lost
        }
      }
    }
  }
  return { values, scales, sqnrDb: decibels(signal, noise) }
}

function channelScales(weights: Float32Array, layout: ChannelLayout): Float32Array | undefined {
  const largest = new Float32Array(channelCount(layout))
  const { outer, leading, middle, trailing } = layout
  let index = 0
  for (let o = 0; o < outer; o++) {
    for (let l = 0; l < leading; l++) {
      for (let m = 0; m < middle; m++) {
        for (let t = 0; t < trailing; t++, index++) {
          const magnitude = Math.abs(weights[index] ?? 0)
          if (!(magnitude < Number.POSITIVE_INFINITY)) return undefined
          const channel = l * trailing + t
          if (magnitude > (largest[channel] ?? 0)) largest[channel] = magnitude
        }
      }
    }
  }
  // A channel of zeros, or so small that its scale would vanish in float32, gets scale 1 and values 0.
  return largest.map((magnitude) => Math.fround(magnitude / LIMIT) || 1)
}

/** 1.5 · 2⁵²: added to a double below 2⁵¹ it leaves no bits for a fraction, and IEEE 754 rounds half to even. */
const ROUNDER = 6755399441055744

const roundHalfToEven = (value: number): number => value + ROUNDER - ROUNDER

const clamp = (value: number): number => (value > LIMIT ? LIMIT : value < -LIMIT ? -LIMIT : value)

/** The same weights for kernels that want uint8: shifted by the zero point 128. */
export function toUint8(values: Int8Array): Uint8Array {
  const shifted = new Uint8Array(values.length)
  for (let i = 0; i < values.length; i++) shifted[i] = (values[i] ?? 0) + UINT8_ZERO_POINT
  return shifted
}

/** Rows and columns are exchanged tile by tile, so that both sides stay in the cache. */
const TILE = 64

/** A row-major matrix `[rows, columns]` as `[columns, rows]`. */
export function transposed(values: Int8Array, rows: number, columns: number): Int8Array {
  const result = new Int8Array(values.length)
  for (let top = 0; top < rows; top += TILE) {
    const bottom = Math.min(rows, top + TILE)
    for (let left = 0; left < columns; left += TILE) {
      const right = Math.min(columns, left + TILE)
      for (let column = left; column < right; column++) {
        for (let row = top; row < bottom; row++)
          result[column * rows + row] = values[row * columns + column] ?? 0
      }
    }
  }
  return result
}
