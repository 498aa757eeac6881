import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { extentOf, gatherStrided, isContiguous } from '../../../src/graph/bytes/index.ts'

/** Element by element, by the definition of a stride. */
function gatherPlainly(bytes: Uint8Array, width: number, dims: number[], strides: number[]): number[] {
  const out: number[] = []
  const visit = (axis: number, at: number): void => {
    if (axis === dims.length) {
      for (let i = 0; i < width; i++) out.push(bytes[at * width + i] ?? -1)
      return
    }
    for (let i = 0; i < (dims[axis] ?? 0); i++) visit(axis + 1, at + i * (strides[axis] ?? 0))
  }
  visit(0, 0)
  return out
}

const view = fc.record({
  width: fc.constantFrom(1, 2, 4, 8, 16),
  axes: fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 20 })), { maxLength: 4 }),
  misalign: fc.integer({ min: 0, max: 3 }),
})

describe('gatherStrided', () => {
  it('copies every view as the definition of strides says, whatever the width and alignment', () => {
    fc.assert(
      fc.property(view, ({ width, axes, misalign }) => {
        const dims = axes.map(([dim]) => dim)
        const strides = axes.map(([, stride]) => stride)
        const length = extentOf(dims, strides) * width
        // Of a Buffer, whose own `slice` does not copy.
        const bytes = Buffer.alloc(length + misalign).subarray(misalign)
        for (let i = 0; i < length; i++) bytes[i] = (i * 7 + 3) & 0xff
        expect([...gatherStrided(bytes, width, dims, strides)]).toEqual(
          gatherPlainly(bytes, width, dims, strides),
        )
      }),
    )
  })

  it.each<[number[], number[], boolean]>([
    [[2, 3], [3, 1], true],
    [[2, 3], [1, 2], false],
    [[1, 3], [99, 1], true],
    [[2, 0], [5, 7], true],
    [[], [], true],
    [[3], [0], false],
    [[3], [2], false],
  ])('dims %j with strides %j are contiguous: %s', (dims, strides, expected) => {
    expect(isContiguous(dims, strides)).toBe(expected)
  })
})
