import { describe, expect, it } from 'vitest'
import heldOut from '../../fixtures/digits/held-out.json' with { type: 'json' }
import { compareWithTorch } from '../../playground/src/reading/compare.ts'
import { indexOfLargest, probabilities } from '../../playground/src/reading/probabilities.ts'

describe('probabilities', () => {
  it('sum to 1 and keep the order of the scores', () => {
    const shares = probabilities([1, 3, 2])
    expect(shares.reduce((sum, share) => sum + share)).toBeCloseTo(1, 12)
    expect(indexOfLargest(shares)).toBe(1)
    expect((shares[1] ?? 0) / (shares[2] ?? 0)).toBeCloseTo(Math.E, 12)
  })

  it('survive scores that overflow an exponential', () => {
    expect(probabilities([1000, 0])).toEqual([1, 0])
  })
})

describe('compareWithTorch', () => {
  const recorded = () => Float32Array.from(heldOut.flatMap((digit) => digit.logits))

  it('finds that PyTorch agrees with itself, and is right on at least 97 % of the held-out digits', () => {
    const { total, right, agreeing, maxDifference } = compareWithTorch(heldOut, recorded())
    expect(total).toBe(360)
    expect(agreeing).toBe(360)
    expect(maxDifference).toBeLessThan(1e-6)
    expect(right / total).toBeGreaterThan(0.97)
  })

  it('counts a digit that is read otherwise, and the largest difference', () => {
    const logits = recorded()
    const other = (indexOfLargest(logits.subarray(0, 10)) + 1) % 10
    logits[other] = 100
    const { agreeing, maxDifference } = compareWithTorch(heldOut, logits)
    expect(agreeing).toBe(359)
    expect(maxDifference).toBeGreaterThan(80)
  })
})
