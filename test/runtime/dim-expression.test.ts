import { expect, it } from 'vitest'
import { evaluateDim } from '../../src/runtime/dim-expression.ts'

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
