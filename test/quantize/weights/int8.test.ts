import { describe, expect, it } from 'vitest'
import { channelLayout } from '../../../src/quantize/weights/channels.ts'
import { quantizeInt8, toUint8, transposed } from '../../../src/quantize/weights/int8.ts'
import { Random } from '../../../src/validate/random.ts'

describe('channels that share a scale', () => {
  const cases: readonly [string, number[], number[], number[], number[]][] = [
    ['Conv [M, C, k, k] by output channel', [4, 3, 2, 2], [0], [1, 4, 12, 1], [4, 1, 1, 1]],
    ['MatMul [K, N] by column', [6, 5], [1], [6, 5, 1, 1], [1, 5]],
    ['Gemm [N, K] by row', [5, 6], [0], [1, 5, 6, 1], [5, 1]],
    ['a stack of matrices [B, K, N] by matrix and column', [2, 6, 5], [0, 2], [1, 2, 6, 5], [2, 1, 5]],
    ['ConvTranspose [C, M, k, k] by output channel', [3, 4, 2, 2], [1], [3, 4, 4, 1], [1, 4, 1, 1]],
  ]
  it.each(cases)('%s', (_, dims, kept, [outer, leading, middle, trailing], scaleDims) => {
    expect(channelLayout(dims, kept)).toEqual({ outer, leading, middle, trailing, scaleDims })
  })

  it('refuses axes that are no nested runs', () => {
    expect(() => channelLayout([2, 3, 4, 5, 6], [0, 2, 4])).toThrow(
      'Axes 0,2,4 of a rank 5 tensor are no channels',
    )
  })
})

describe('int8 weights', () => {
  it('rounds halves to even and never uses -128', () => {
    const { values, scales } = quantized([0.5, 1.5, 2.5, -0.5, -1.5, 127, -127], [1, 7], [0])
    expect([...scales]).toEqual([1])
    expect([...values]).toEqual([0, 2, 2, -0, -2, 127, -127].map((value) => value + 0))
  })

  it('gives every output channel its own scale, wherever its axis lies', () => {
    const byColumn = quantized([1, 100, 0.5, -50], [2, 2], [1])
    expect([...byColumn.values]).toEqual([127, 127, 64, -64])
    const byRow = quantized([1, 0.5, 100, -50], [2, 2], [0])
    expect([...byRow.values]).toEqual([127, 64, 127, -64])
    expect([...byRow.scales]).toEqual([...byColumn.scales])
  })

  it('states the error as 10 log10 of weight energy over what was lost', () => {
    const weights = gaussian(64 * 128)
    const { values, scales, sqnrDb } = quantized(weights, [64, 128], [0])
    let [signal, noise] = [0, 0]
    weights.forEach((weight, index) => {
      const back = Math.fround((values[index] ?? 0) * (scales[Math.floor(index / 128)] ?? 0))
      signal += weight ** 2
      noise += (weight - back) ** 2
    })
    expect(sqnrDb).toBeCloseTo(10 * Math.log10(signal / noise), 9)
    expect(sqnrDb).toBeGreaterThan(38)
  })

  it('keeps a channel of zeros at zero, without loss', () => {
    const { values, scales, sqnrDb } = quantized([0, 0, 1, -1], [2, 2], [0])
    expect([...values]).toEqual([0, 0, 127, -127])
    expect(scales[0]).toBe(1)
    expect(sqnrDb).toBe(Number.POSITIVE_INFINITY)
  })

  it('keeps a channel finite whose scale would vanish in float32', () => {
    const { values, scales } = quantized([1e-45, -1e-45], [1, 2], [0])
    expect([...scales]).toEqual([1])
    expect([...values].map(Math.abs)).toEqual([0, 0])
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('refuses %s', (weight) => {
    expect(quantizeInt8(Float32Array.of(1, weight), channelLayout([1, 2], [0]))).toBeUndefined()
  })

  it('shifts by 128 for kernels that take uint8', () => {
    expect([...toUint8(Int8Array.of(-127, 0, 127))]).toEqual([1, 128, 255])
  })

  it('transposes a matrix', () => {
    expect([...transposed(Int8Array.of(1, 2, 3, 4, 5, 6), 2, 3)]).toEqual([1, 4, 2, 5, 3, 6])
    const large = Int8Array.from({ length: 130 * 70 }, (_, index) => (index * 7) % 255)
    expect(transposed(transposed(large, 130, 70), 70, 130)).toEqual(large)
    expect(transposed(large, 130, 70)[69 * 130 + 129]).toBe(large[129 * 70 + 69])
  })
})

function quantized(weights: readonly number[], dims: number[], kept: number[]) {
  const result = quantizeInt8(Float32Array.from(weights), channelLayout(dims, kept))
  if (!result) throw new Error('refused')
  return result
}

function gaussian(count: number): number[] {
  const random = new Random(3)
  return Array.from({ length: count }, () => Math.fround(random.normal()))
}
