import { expect, it } from 'vitest'
import { narrowToHalf, widenHalf } from '../../src/runtime/half.ts'

it.each([
  [0, 0],
  [-0, 0x8000],
  [1, 0x3c00],
  [-2, 0xc000],
  [65504, 0x7bff],
  [65520, 0x7c00],
  [Number.POSITIVE_INFINITY, 0x7c00],
  [2 ** -24, 1],
  [2 ** -25, 0],
  [3 * 2 ** -25, 2],
  [1 + 2 ** -11, 0x3c00],
  [1 + 3 * 2 ** -11, 0x3c02],
  [2 ** -14 - 2 ** -26, 0x400],
])('%d becomes the nearest float16, ties to even', (value, bits) => {
  expect(narrowToHalf(Float32Array.of(value))[0]).toBe(bits)
})

it('every float16 survives the way to float32 and back', () => {
  const all = Uint16Array.from({ length: 65536 }, (_, bits) => bits)
  const back = narrowToHalf(widenHalf(all))
  const isNaNBits = (bits: number) => (bits & 0x7c00) === 0x7c00 && (bits & 0x3ff) !== 0
  const changed = all.filter((bits, i) => (isNaNBits(bits) ? !isNaNBits(back[i] ?? 0) : back[i] !== bits))
  expect([...changed]).toEqual([])
})
