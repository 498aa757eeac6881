import { describe, expect, it } from 'vitest'
import { StringTensor } from '../../src/graph/tensor.ts'
import { typedView } from '../../src/graph/typed-array.ts'

describe('typedView', () => {
  it('sees aligned bytes in place', () => {
    const bytes = new Uint8Array(8)
    expect(typedView('float32', bytes).buffer).toBe(bytes.buffer)
  })

  it.each<[string, Uint8Array]>([
    ['an array', new Uint8Array(9).subarray(1)],
    ['a Buffer, whose slice does not copy', Buffer.alloc(9).subarray(1)],
  ])('copies misaligned bytes of %s', (_, bytes) => {
    bytes.set([0, 0, 0x80, 0x3f, 0, 0, 0, 0x40])
    expect([...typedView('float32', bytes)]).toEqual([1, 2])
  })

  it('has no class for strings and small floats, and says that numbers are needed', () => {
    expect(() => typedView('float8e4m3fn', new Uint8Array(1))).toThrow(
      '[INVALID_NODE] Elements of dtype float8e4m3fn stand where numbers are computed with',
    )
    expect(() => new StringTensor([1], ['a']).bytes()).toThrow('[INVALID_NODE] Strings stand')
  })
})
