import { describe, expect, it } from 'vitest'
import {
  bfloat16ToNumber,
  float16ToNumber,
  numberToBfloat16,
  numberToFloat16,
} from '../../src/graph/index.ts'

describe('float16', () => {
  it('gives back every bit pattern that is a number', () => {
    for (let bits = 0; bits < 0x10000; bits++) {
      const value = float16ToNumber(bits)
      if (!Number.isNaN(value)) expect(numberToFloat16(value), `0x${bits.toString(16)}`).toBe(bits)
    }
  })

  it.each([
    [1, 0x3c00],
    [65504, 0x7bff],
    [65519, 0x7bff],
    [65520, 0x7c00],
    [-2, 0xc000],
    [2 ** -24, 1],
    [2 ** -25, 0],
    [2 ** -25 * 1.5, 1],
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [Number.POSITIVE_INFINITY, 0x7c00],
  ])('rounds %d to nearest even', (value, bits) => {
    expect(numberToFloat16(value)).toBe(bits)
  })

  it('keeps NaN', () => {
    expect(Number.isNaN(float16ToNumber(numberToFloat16(Number.NaN)))).toBe(true)
  })
})

describe('bfloat16', () => {
  it.each([
    [1, 0x3f80],
    [1 + 2 ** -8, 0x3f80],
    [1 + 3 * 2 ** -8, 0x3f82],
    [-0.5, 0xbf00],
  ])('rounds %d to nearest even', (value, bits) => {
    expect(numberToBfloat16(value)).toBe(bits)
    expect(Number.isFinite(bfloat16ToNumber(bits))).toBe(true)
  })
})
