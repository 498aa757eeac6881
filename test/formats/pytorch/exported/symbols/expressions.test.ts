import { describe, expect, it } from 'vitest'
import {
  dimOfExpression,
  valueOfExpression,
} from '../../../../../src/formats/pytorch/exported/symbols/evaluate-expression.ts'
import { parseExpression } from '../../../../../src/formats/pytorch/exported/symbols/parse-expression.ts'
import { type Dim, evaluate, symbol } from '../../../../../src/graph/index.ts'

const S0 = "Symbol('s0', positive=True, integer=True)"

describe('sizes of a program', () => {
  /** Expression, and its value at s0 = 7 and s1 = 3. */
  it.each<readonly [text: string, value: number]>([
    ['Integer(4)', 4],
    [S0, 7],
    [`Mul(Integer(8), ${S0})`, 56],
    [`Add(Integer(1), FloorDiv(Add(${S0}, Integer(-1)), Integer(2)))`, 4],
    [`Max(Integer(1), ${S0})`, 7],
    [`Mod(${S0}, Integer(4))`, 3],
    [`Pow(${S0}, Integer(2))`, 49],
    [`Mul(Rational(1, 2), ${S0}, Add(${S0}, Integer(1)))`, 28],
    ['2*s0 + 1', 15],
    ['((s0 - 1)//2) + 1', 4],
    ['-s0 + s1**2*2', 11],
    ['Min(s0, s1)', 3],
    ['s0*(s1 % 2)', 7],
  ])('%s is one value as numbers and as dims', (text, value) => {
    const expression = parseExpression(text)
    expect(valueOfExpression(expression, new Map(Object.entries({ s0: 7, s1: 3 })))).toBe(value)
    const bindings = new Map<string, Dim>(Object.entries({ s0: symbol('N'), s1: symbol('M') }))
    const dim = dimOfExpression(expression, bindings) ?? Number.NaN
    expect(evaluate(dim, new Map(Object.entries({ N: 7, M: 3 })))).toBe(value)
  })

  it.each([
    ["TruncToInt(IntTrueDiv(Symbol('s0', integer=True), Integer(2)))", 3],
    ["CeilToInt(Mul(Float('1.5', precision=53), ToFloat(Symbol('s0', integer=True))))", 11],
    ['s0 / 2', 3.5],
  ])('%s is a number, and no dim', (text, value) => {
    const expression = parseExpression(text)
    expect(valueOfExpression(expression, new Map([['s0', 7]]))).toBe(value)
    expect(dimOfExpression(expression, new Map([['s0', symbol('N')]]))).toBeUndefined()
  })

  it.each(['s0 +', 'Mul(s0', "Symbol('s0", '2 s0', ')', '', "Float('a', precision=5)"])(
    '%s is damage',
    (text) => {
      expect(() => parseExpression(text)).toThrow(
        '[CORRUPT_FILE] The program has a size that is no expression',
      )
    },
  )

  it('nests no deeper than any program does', () => {
    expect(() => parseExpression('('.repeat(10_000))).toThrow('[LIMIT_EXCEEDED]')
  })
})
