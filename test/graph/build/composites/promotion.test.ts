import { describe, expect, it } from 'vitest'
import { composites, DTYPES, type DType } from '../../../../src/graph/index.ts'
import { recorded } from './recorded.ts'

type Operand = Parameters<typeof composites.torchResultType>[0][number]

const isDType = (name: string): name is DType => name in DTYPES
const isNumber = (name: string): name is 'bool' | 'int' | 'float' => ['bool', 'int', 'float'].includes(name)

function operand([name, rank]: readonly [string, number?]): Operand {
  if (rank === undefined && isNumber(name)) return { kind: 'number', type: name }
  if (rank !== undefined && isDType(name)) return { kind: 'tensor', dtype: name, rank }
  throw new Error(`${name} is no operand`)
}

describe('promotion of dtypes', () => {
  it(`is that of torch ${recorded.torch} for every pair of tensors, scalars and numbers`, () => {
    const wrong = recorded.promotion.filter(
      ([a, b, result]) => composites.torchResultType([operand(a), operand(b)]) !== result,
    )
    expect(recorded.promotion.length).toBeGreaterThan(400)
    expect(wrong).toEqual([])
  })
})
