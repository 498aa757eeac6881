import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { operatorsPage } from '../../scripts/pytorch-operators.ts'
import { OPERATOR_GROUPS, OPERATORS, SCHEMAS } from '../../src/formats/pytorch/aten/registry.ts'

describe('the list of PyTorch operators', () => {
  it('is current (npm run docs writes it)', async () => {
    const page = resolve(import.meta.dirname, '../../docs/pytorch-operators.md')
    await expect(operatorsPage()).toMatchFileSnapshot(page)
  })

  it('has every name once', () => {
    const names = OPERATOR_GROUPS.flatMap(({ operators }) => Object.keys(operators))
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
  })

  it('has overloads for every name, and no overloads without one', () => {
    expect([...OPERATORS.keys()].filter((name) => !SCHEMAS.has(name))).toEqual([])
    expect([...SCHEMAS.names].filter((name) => !OPERATORS.has(name))).toEqual([])
  })
})
