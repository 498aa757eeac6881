import { describe, expect, it } from 'vitest'
import { type DimFacts, floorDiv, mul, symbol } from '../../src/graph/index.ts'
import { integerGain, type LayerSize, TARGETS } from '../../src/targets/index.ts'

const KERNEL = {
  kernels: ['Kernel'],
  weights: 'int8',
  groups: false,
  gainsFrom: { rows: 8, reduction: 64, columns: 32 },
  origin: 'this test',
} as const
const N = symbol('N')

function verdict(size: Partial<LayerSize>, facts: DimFacts = new Map()) {
  return integerGain(KERNEL, { rows: 64, reduction: 64, columns: 32, group: 1, ...size }, facts)
}

describe('whether an integer kernel gains', () => {
  it.each([
    ['fixed rows', { rows: 8 }, {}, true, 'Kernel gains: 8 rows, sums of 64 into 32 columns'],
    ['few rows', { rows: 7 }, {}, false, 'Kernel gains from 8 rows on, here 7'],
    ['short sums', { reduction: 63 }, {}, false, 'Kernel gains from sums of 64 on, here 63'],
    ['few columns', { columns: 31 }, {}, false, 'Kernel gains from 32 columns on, here 31'],
    ['groups', { group: 2 }, {}, false, 'Kernel is slower than float in groups (2 here)'],
    [
      'an unknown shape',
      { rows: undefined },
      {},
      false,
      'Kernel gains from 8 rows on, and how many there are is not known',
    ],
    [
      'many rows whatever the batch',
      { rows: mul(N, 64) },
      {},
      true,
      'Kernel gains: 64*N, at least 64, rows, sums of 64 into 32 columns',
    ],
    [
      'a batch alone, without a hint',
      { rows: N },
      {},
      false,
      'Kernel gains from 8 rows on, here N, 2 at the hint',
    ],
    [
      'a batch with a bound',
      { rows: N },
      { min: 16 },
      true,
      'Kernel gains: N, at least 16, rows, sums of 64 into 32 columns',
    ],
    [
      'an image with a hint',
      { rows: floorDiv(N, 4) },
      { hint: 224 },
      true,
      'Kernel gains: floor(N/4), 56 at the hint, rows, sums of 64 into 32 columns',
    ],
  ])('%s', (_, size, facts, gains, why) => {
    const known = new Map([['N', { min: 1, max: Number.POSITIVE_INFINITY, ...facts }]])
    expect(verdict(size, known)).toEqual({ gains, why })
  })
})

describe('the capability table', () => {
  it('never computes depthwise convolutions in integers on wasm, nor convolutions over int8 weights', () => {
    expect(TARGETS.wasm.integer.Conv).toMatchObject({ groups: false, weights: 'uint8' })
  })
})
