import { describe, expect, it } from 'vitest'
import { composites, symbol } from '../../../../src/graph/index.ts'
import { evaluate, expectClose } from '../../../support/evaluate.ts'

const { samePadding } = composites
const written = (dims: readonly number[]) => ({
  dtype: 'float32' as const,
  dims,
  data: Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => ((i * 7) % 11) - 5),
})

describe('samePadding', () => {
  it.each([
    [
      [7, 8],
      [3, 3],
      [2, 2],
      [1, 1],
      [1, 0, 1, 1],
    ],
    [
      [8, 9],
      [2, 5],
      [3, 2],
      [1, 1],
      [0, 2, 0, 2],
    ],
    [
      [5, 5],
      [3, 2],
      [1, 1],
      [2, 1],
      [2, 0, 2, 1],
    ],
    [
      [6, 6],
      [1, 1],
      [2, 2],
      [1, 1],
      [0, 0, 0, 0],
    ],
  ])('of %j by a kernel of %j, strides %j, dilations %j is %j', (sizes, kernel, strides, dilations, pads) => {
    expect(samePadding(sizes, { kernel, strides, dilations })).toEqual({ pads })
  })

  it('is known for dynamic sizes only without strides', () => {
    const size = symbol('H')
    expect(samePadding([size, 8], { kernel: [3, 3] })).toEqual({ pads: [1, 1, 1, 1] })
    expect(samePadding([size, 8], { kernel: [3, 3], strides: [2, 2] })).toEqual({ auto_pad: 'SAME_UPPER' })
  })

  it.each([
    [7, 3, 2],
    [8, 3, 2],
    [9, 4, 3],
    [5, 2, 4],
  ])(
    'gives a convolution of %i by %i, stride %i, what the runtime makes of auto_pad',
    async (size, kernel, stride) => {
      const inputs = [written([1, 2, size]), written([3, 2, kernel])]
      const geometry = { kernel: [kernel], strides: [stride] }
      const { results } = await evaluate((b, [x, w]) => {
        if (!x || !w) return []
        const explicit = b.conv(x, w, { strides: [stride], ...samePadding(x.dims.slice(2), geometry) })
        return [explicit, b.conv(x, w, { strides: [stride], auto_pad: 'SAME_UPPER' })]
      }, inputs)
      const [explicit, automatic] = results
      expect(automatic?.dims[2]).toBe(Math.ceil(size / stride))
      if (automatic) expectClose(explicit, automatic)
    },
  )
})
