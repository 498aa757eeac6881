import { describe, expect, it } from 'vitest'
import { missed } from '../../src/validate/budget.ts'
import { budgetFor, type OutputMetrics } from '../../src/validate/index.ts'

const metrics = (over: Partial<OutputMetrics>): OutputMetrics => ({
  name: 'logits',
  maxAbs: 0,
  sqnrDb: Number.POSITIVE_INFINITY,
  cosine: 1,
  agreement: 1,
  scale: 10,
  nonFinite: 0,
  ...over,
})

describe('budgets', () => {
  it('allow a conversion 1e-4 of the output scale', () => {
    expect(missed(metrics({ maxAbs: 9e-4 }), 'float32', budgetFor('conversion'))).toEqual([])
    expect(missed(metrics({ maxAbs: 1.1e-3 }), 'float32', budgetFor('conversion'))).toEqual([
      'logits differs by up to 0.00110, more than 0.0001 of its largest value 10.0',
    ])
  })

  it.each([
    ['float16', 0.019, 0.02],
    ['bfloat16', 0.15, 0.16],
  ] as const)('allow two steps of %s at the largest value', (dtype, within, beyond) => {
    expect(missed(metrics({ maxAbs: within }), dtype, budgetFor('conversion'))).toEqual([])
    expect(missed(metrics({ maxAbs: beyond }), dtype, budgetFor('conversion'))).toHaveLength(1)
    expect(
      missed(metrics({ maxAbs: within }), dtype, budgetFor('conversion', { maxError: 1e-3 })),
    ).toHaveLength(1)
  })

  it('allow rounding where an output is zero all over', () => {
    expect(missed(metrics({ maxAbs: 1e-7, scale: 0 }), 'float32', budgetFor('conversion'))).toEqual([])
  })

  it.each([
    ['fp16', 39, 40],
    ['int8', 19, 20],
  ] as const)('ask %s for decibels', (name, given, wanted) => {
    expect(missed(metrics({ sqnrDb: given }), 'float32', budgetFor(name))).toEqual([
      `logits has ${given}.0 dB where at least ${wanted} dB are asked for`,
    ])
    expect(missed(metrics({ sqnrDb: wanted }), 'float32', budgetFor(name))).toEqual([])
  })

  it('are what a request says instead', () => {
    const budget = budgetFor('int8', { maxError: 0.5 })
    expect(missed(metrics({ sqnrDb: 1, maxAbs: 0.4 }), 'float32', budget)).toEqual([])
    expect(missed(metrics({ maxAbs: 0.6 }), 'float32', budget)).toEqual([
      'logits differs by up to 0.600 where 0.5 is allowed',
    ])
    expect(missed(metrics({ sqnrDb: 34 }), 'float32', budgetFor('int8', { minSqnr: 35 }))).toHaveLength(1)
  })

  it('hold integers to agreement alone', () => {
    const classes = metrics({ maxAbs: 7, sqnrDb: 3, agreement: 0.95 })
    expect(missed(classes, 'int64', budgetFor('int8'))).toEqual([])
    expect(missed(classes, 'int64', budgetFor('fp16'))).toEqual([
      'logits is equal in 95.0 % of its elements where 99 % are asked for',
    ])
  })

  it('are missed by NaN, whatever they ask', () => {
    const broken = metrics({ maxAbs: Number.POSITIVE_INFINITY, sqnrDb: Number.NEGATIVE_INFINITY })
    expect(missed(broken, 'float32', budgetFor('int8', { maxError: 1e9 }))).toEqual([
      'logits is NaN or infinite where its reference is not, or the other way round',
    ])
  })
})
