import { describe, expect, test } from 'vitest'
import { overBudget } from '../../../src/convert/pipeline/over-budget.ts'

const validation = { notes: ['y is off by 3'], outputs: [], passed: false, budgetUse: [3] }

describe('a result that costs more than allowed', () => {
  test('doubts the recording first, where it was held against one', () => {
    const reference = 'recorded framework outputs, on recorded net.samples.npz'
    expect(overBudget({ quant: 'none' }, { ...validation, reference }, 'recorded').message).toBe(
      '[OVER_BUDGET] The conversion differs from its reference: y is off by 3. Compared with recorded framework outputs, on recorded net.samples.npz, which may be of other weights or of train mode. Record them again from these weights with model.eval(); if they still differ, please report the model.',
    )
  })

  test('asks for a report, where it was held against the model as it was read', () => {
    expect(
      overBudget({ quant: 'none' }, { ...validation, reference: 'the float model' }, 'float').message,
    ).toBe(
      '[OVER_BUDGET] The conversion differs from its reference: y is off by 3. Compared with the float model. Please report the model; maxError=… sets another budget.',
    )
  })
})
