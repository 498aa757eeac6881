import { describe, expect, it } from 'vitest'
import type { EngineTensor } from '../../src/engine/index.ts'
import { OutputComparison } from '../../src/validate/index.ts'

const floats = (values: readonly number[], dims = [values.length]): EngineTensor => ({
  dtype: 'float32',
  dims,
  data: Float32Array.from(values),
})

function compare(...pairs: readonly (readonly [EngineTensor, EngineTensor])[]) {
  const comparison = new OutputComparison('y')
  for (const [reference, candidate] of pairs) comparison.add(reference, candidate)
  return comparison.metrics
}

describe('how an output differs from its reference', () => {
  it('measures largest error, noise and angle over all samples', () => {
    const metrics = compare([floats([3, 4]), floats([3, 4.5])], [floats([0, 12]), floats([0, 12])])
    expect(metrics.maxAbs).toBe(0.5)
    expect(metrics.sqnrDb).toBeCloseTo(10 * Math.log10(169 / 0.25), 9)
    expect(metrics.cosine).toBeCloseTo((9 + 18 + 144) / (13 * Math.hypot(3, 4.5, 12)), 9)
    expect(metrics.scale).toBe(12)
  })

  it('has infinite decibels and cosine 1 where nothing differs, zeros included', () => {
    for (const values of [
      [1, 2],
      [0, 0],
    ]) {
      const metrics = compare([floats(values), floats(values)])
      expect(metrics).toMatchObject({ maxAbs: 0, sqnrDb: Number.POSITIVE_INFINITY, agreement: 1 })
      expect(metrics.cosine).toBeCloseTo(1, 12)
    }
  })

  it('counts rows whose largest element stands at the same place', () => {
    const reference = floats([1, 2, 3, 3, 2, 1, 0, 9, 0, 5, 5, 5], [4, 3])
    const candidate = floats([1, 2, 3, 2, 3, 1, 0, 9, 0, 5, 5, 5], [4, 3])
    expect(compare([reference, candidate]).agreement).toBe(0.75)
  })

  it('takes the same NaN or infinity on both sides as equal, and counts it', () => {
    const odd = [Number.NaN, Number.POSITIVE_INFINITY, 1]
    expect(compare([floats(odd), floats(odd)])).toMatchObject({ maxAbs: 0, nonFinite: 2, scale: 1 })
  })

  it.each([
    [Number.NaN, 1],
    [1, Number.NaN],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    [1, Number.POSITIVE_INFINITY],
  ])('is broken where %s becomes %s', (r, c) => {
    expect(compare([floats([r, 2]), floats([c, 2])])).toMatchObject({
      maxAbs: Number.POSITIVE_INFINITY,
      sqnrDb: Number.NEGATIVE_INFINITY,
      cosine: 0,
    })
  })

  it('compares integers, bools and strings by equality', () => {
    const ids = (...values: bigint[]): EngineTensor => ({
      dtype: 'int64',
      dims: [3],
      data: BigInt64Array.from(values),
    })
    expect(compare([ids(1n, 2n, 3n), ids(1n, 2n, 5n)])).toMatchObject({ agreement: 2 / 3, maxAbs: 2 })
    const bools = (...data: number[]): EngineTensor => ({
      dtype: 'bool',
      dims: [2],
      data: Uint8Array.from(data),
    })
    expect(compare([bools(0, 1), bools(1, 1)]).agreement).toBe(0.5)
    const texts = (...data: string[]): EngineTensor => ({ dtype: 'string', dims: [2], data })
    expect(compare([texts('a', 'b'), texts('a', 'c')]).agreement).toBe(0.5)
  })

  it('reads float16 by value, not by bit pattern', () => {
    const halves = (...bits: number[]): EngineTensor => ({
      dtype: 'float16',
      dims: [1],
      data: Uint16Array.from(bits),
    })
    expect(compare([halves(0x3c00), halves(0x4000)]).maxAbs).toBe(1)
  })

  it('says nothing against empty outputs', () => {
    expect(compare([floats([], [0, 4]), floats([], [0, 4])])).toMatchObject({
      maxAbs: 0,
      agreement: 1,
      cosine: 1,
    })
  })
})
