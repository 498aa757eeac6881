import { expect, it } from 'vitest'
import { isOutOfRoom } from '../../src/errors/index.ts'

function thrownBy(call: () => unknown): unknown {
  try {
    return call()
  } catch (error) {
    return error
  }
}

function forever(): number {
  return 1 + forever()
}

it.each([
  ['an array too long', () => new Array(-1)],
  ['a typed array too long', () => new Float32Array(2 ** 53)],
  ['a text too long', () => 'x'.repeat(2 ** 30)],
  ['calls too deep', forever],
  ['an int too long', () => 2n ** (2n ** 40n)],
])('%s is out of room', (_, call) => {
  expect(isOutOfRoom(thrownBy(call))).toBe(true)
})

it.each([
  ['a fraction as a bigint', () => BigInt(2.5)],
  ['digits that toFixed does not have', () => (1).toFixed(101)],
  ['an offset outside of the buffer', () => new DataView(new ArrayBuffer(1)).getInt32(0)],
])('%s is a mistake, not a lack of room', (_, call) => {
  expect(isOutOfRoom(thrownBy(call))).toBe(false)
})
