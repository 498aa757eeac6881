import { expect, test } from 'vitest'
import { nearest } from '../../src/errors/index.ts'

const KEYS = ['arch', 'format', 'input', 'optimize', 'outputs', 'quant', 'minSqnr']

test.each([
  ['fromat', 'format'],
  ['optimise', 'optimize'],
  ['quantize', 'quant'],
  ['quantization', 'quant'],
  ['architecture', 'arch'],
  ['opt', 'optimize'],
  ['modelformat', 'format'],
  ['sqnr', 'minSqnr'],
])('%s is near to %s', (name, near) => {
  expect(nearest(name, KEYS)).toBe(near)
})

test.each(['', 'zz', 'in', '__proto__', 'colour'])('%j is near to nothing', (name) => {
  expect(nearest(name, KEYS)).toBeUndefined()
})

test('the longest that fits is taken, and candidates are read once', () => {
  expect(nearest('quantization', new Set(['quant', 'quantiz', 'q']).values())).toBe('quantiz')
})
