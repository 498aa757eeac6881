import { expect } from 'vitest'
import type { Model } from '../../../src/graph/index.ts'
import { rewrite } from '../../../src/rewrite/index.ts'
import { runModel } from '../../support/run-model.ts'

const SPECIAL = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 3e38, -3e38, 1e-40]

/** Rows that hold one of them among ordinary numbers, two of them, and one throughout. */
const ROWS = SPECIAL.flatMap((a, index) => {
  const b = SPECIAL[(index + 1) % SPECIAL.length] ?? 0
  const c = SPECIAL[(index + 3) % SPECIAL.length] ?? 0
  return [
    [a, 1, -2, 0.5, -90, 3, 88, -0.25],
    [-1, a, 2, b, 1, -3, 4, 0.5],
    [c, c, 1, 1, a, -1, 100, -100],
    SPECIAL.map(() => a),
  ]
})

const FEEDS = {
  x: { dtype: 'float32', dims: [4, ROWS.length / 4, 8], data: Float32Array.from(ROWS.flat()) },
} as const

/** A rewritten `tokensModel` gives NaN and infinities as before. */
export async function expectSameSpecials(model: Model): Promise<void> {
  const copy = model.clone()
  rewrite(copy, { level: 'all' })
  const [actual, wanted] = [await runModel(copy, FEEDS), await runModel(model, FEEDS)]
  const [results, references] = [actual, wanted].map((each) => Array.from(each.get('y')?.data ?? [], Number))
  expect(results?.length).toBe(references?.length)
  references?.forEach((reference, index) => {
    const result = results?.[index] ?? Number.NaN
    const where = `y[${index}] of ${ROWS[Math.floor(index / 8)]}`
    if (!Number.isFinite(reference)) expect(result, where).toBe(reference)
    else
      expect(Math.abs(result - reference), where).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(reference)))
  })
}
