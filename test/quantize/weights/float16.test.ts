import { describe, expect, it } from 'vitest'
import { float16ToNumber } from '../../../src/graph/index.ts'
import { quantizeFloat16 } from '../../../src/quantize/weights/float16.ts'

describe('float16 weights', () => {
  it('rounds to the nearest half, ties to even', () => {
    const halves = quantizeFloat16(Float32Array.of(1, 1 + 2 ** -11, 1 + 3 * 2 ** -11, -0.1, 65504))
    expect([...(halves?.bits ?? [])].map(float16ToNumber)).toEqual([
      1,
      1,
      1 + 2 ** -9,
      -0.0999755859375,
      65504,
    ])
  })

  it('has about 72 dB for ordinary weights, and no loss for those it holds exactly', () => {
    const ordinary = quantizeFloat16(Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i)))
    expect(ordinary?.sqnrDb).toBeGreaterThan(70)
    expect(quantizeFloat16(Float32Array.of(0.5, -2))?.sqnrDb).toBe(Number.POSITIVE_INFINITY)
  })

  it.each([65505, -1e9, Number.NaN, Number.NEGATIVE_INFINITY])(
    'refuses %s, which it cannot hold',
    (value) => {
      expect(quantizeFloat16(Float32Array.of(1, value))).toBeUndefined()
    },
  )
})
