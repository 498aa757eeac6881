import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tensorData, tensorOf, transposedTensor } from '../../src/graph/index.ts'

const permutation = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }).chain((dims) =>
  fc.record({
    dims: fc.constant(dims),
    perm: fc.shuffledSubarray([...dims.keys()], { minLength: dims.length, maxLength: dims.length }),
    from: fc.double({ min: 0, max: 1, noNaN: true }),
    to: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
)

describe('a transposed tensor', () => {
  it('moves its bytes when they are asked for', () => {
    const tensor = transposedTensor(tensorOf('int16', [2, 3], [1, 2, 3, 4, 5, 6]), [1, 0])
    expect(tensor.dims).toEqual([3, 2])
    expect([...tensorData(tensor)]).toEqual([1, 4, 2, 5, 3, 6])
  })

  it('gives any part of them as the whole has it', () => {
    fc.assert(
      fc.property(permutation, ({ dims, perm, from, to }) => {
        const count = dims.reduce((a, b) => a * b, 1)
        const source = tensorOf(
          'int16',
          dims,
          Array.from({ length: count }, (_, at) => at),
        )
        const whole = transposedTensor(source, perm).bytes()
        const [first, end] = [from, to].map((share) => 2 * Math.round(share * count)).sort((a, b) => a - b)
        const part = transposedTensor(source, perm).part(first ?? 0, (end ?? 0) - (first ?? 0))
        expect([...part]).toEqual([...whole.subarray(first, end)])
      }),
      { numRuns: 500 },
    )
  })

  it('reads no more of its source for a part than the rows that the part is made of', () => {
    const reads: number[] = []
    const source = {
      ...tensorOf('uint8', [4, 2 ** 20], new Uint8Array(4 * 2 ** 20)),
      dtype: 'uint8' as const,
      dims: [4, 2 ** 20],
      source: undefined,
      bytes: () => {
        throw new Error('the whole is read')
      },
      part: (_: number, length: number) => {
        reads.push(length)
        return new Uint8Array(length)
      },
    }
    transposedTensor(source, [1, 0]).part(0, 4 * 2 ** 17)
    expect(reads).toEqual([2 ** 17, 2 ** 17, 2 ** 17, 2 ** 17])
  })
})
