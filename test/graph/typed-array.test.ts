import { describe, expect, it } from 'vitest'
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
})
