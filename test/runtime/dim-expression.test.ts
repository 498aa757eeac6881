import fc from 'fast-check'
import { expect, it } from 'vitest'
import { dimExpression, evaluate } from '../../src/graph/index.ts'
import { evaluateDim } from '../../src/runtime/dim-expression.ts'
import { dims as anyDim, relations, sizes } from '../graph/dims/expressions.ts'

const dims = new Map([
  ['N', 4],
  ['H', 33],
])

it.each([
  ['N', 4],
  ['2*N + 1', 9],
  ['1 + 2 * N', 9],
  ['(1 + 2) * N', 12],
  ['H // 32', 1],
  ['-H // 32', -2],
  ['H % 32 == 1', 1],
  ['-H % 32', 31],
  ['max(N, H) - min(N, 2, 3)', 31],
  ['ceil(H) >= 34', 0],
  ['H != 33', 0],
  ['N >= 1 and H < 100', 1],
  ['N > 100 or H < 10', 0],
])('%s is %d', (text, value) => {
  expect(evaluateDim(text, dims)).toBe(value)
})

it.each([
  'boxes > 0',
  '2*W',
  'N / 0',
  'N +',
  '(N',
  'batch size',
  'N; alert(1)',
  'constructor',
  '',
  'max(N',
  'N N',
])('%j has no value', (text) => {
  expect(evaluateDim(text, dims)).toBeUndefined()
})

/** Where the arithmetic of doubles is exact, intermediate results included. */
const isExact = (value: number | undefined): value is number =>
  value !== undefined && Math.abs(value) < 2 ** 31

it('a dim that is printed and read has the value of the dim', () => {
  let compared = 0
  fc.assert(
    fc.property(anyDim, sizes, (dim, values) => {
      const [text, value] = [dimExpression(dim), evaluate(dim, values)]
      if (text === undefined || !isExact(value)) return
      compared++
      expect(evaluateDim(text, values), text).toBe(value + 0)
    }),
    { numRuns: 2000, seed: 9 },
  )
  expect(compared).toBeGreaterThan(1500)
})

it('a printed comparison is 1 where it holds and 0 where it does not', () => {
  const plain = {
    '==': (a: number, b: number) => a === b,
    '!=': (a: number, b: number) => a !== b,
    '<': (a: number, b: number) => a < b,
    '<=': (a: number, b: number) => a <= b,
    '>': (a: number, b: number) => a > b,
    '>=': (a: number, b: number) => a >= b,
  }
  fc.assert(
    fc.property(anyDim, relations, anyDim, sizes, (a, relation, b, values) => {
      const [x, y] = [evaluate(a, values), evaluate(b, values)]
      const [left, right] = [dimExpression(a), dimExpression(b)]
      if (!isExact(x) || !isExact(y) || left === undefined || right === undefined) return
      const holds = plain[relation](x, y) ? 1 : 0
      expect(evaluateDim(`${left} ${relation} ${right}`, values)).toBe(holds)
    }),
    { numRuns: 1000, seed: 10 },
  )
})
