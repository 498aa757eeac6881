import type { HeldOutDigit } from './held-out.ts'
import { indexOfLargest } from './probabilities.ts'

export interface Comparison {
  readonly total: number
  /** Read as what was written. */
  readonly right: number
  /** Read as PyTorch read it. */
  readonly agreeing: number
  /** Largest difference of a logit from PyTorch's. */
  readonly maxDifference: number
}

/** @param logits the model's answers, ten a digit, in the order of the digits */
export function compareWithTorch(digits: readonly HeldOutDigit[], logits: Float32Array): Comparison {
  let right = 0
  let agreeing = 0
  let maxDifference = 0
  digits.forEach(({ label, logits: expected }, index) => {
    const actual = logits.subarray(index * expected.length, (index + 1) * expected.length)
    const guess = indexOfLargest(actual)
    if (guess === label) right++
    if (guess === indexOfLargest(expected)) agreeing++
    actual.forEach((logit, at) => {
      maxDifference = Math.max(maxDifference, Math.abs(logit - (expected[at] ?? Number.NaN)))
    })
  })
  return { total: digits.length, right, agreeing, maxDifference }
}
