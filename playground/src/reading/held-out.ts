/** A digit the model was not trained on. */
export interface HeldOutDigit {
  /** What was written. */
  readonly label: number
  /** Ink of each of the 8 x 8 blocks, 0..16. */
  readonly counts: readonly number[]
  /** What PyTorch answered. */
  readonly logits: readonly number[]
}

const MOST_INK = 16

/** All held-out digits: a separate file, fetched when it is first needed. */
export async function loadHeldOutDigits(): Promise<readonly HeldOutDigit[]> {
  const { default: digits } = await import('../../../fixtures/digits/held-out.json', {
    with: { type: 'json' },
  })
  return digits
}

/** As the model takes it: [1, 1, 8, 8], 0..1. */
export function imageOf(digit: HeldOutDigit): Float32Array {
  return Float32Array.from(digit.counts, (count) => count / MOST_INK)
}
