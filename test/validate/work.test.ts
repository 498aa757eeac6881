import { describe, expect, it } from 'vitest'
import {
  type Builder,
  createBuilder,
  Model,
  tensorOf,
  tensorType,
  type Value,
} from '../../src/graph/index.ts'
import { samplesFor, workOf } from '../../src/validate/index.ts'

function modelOf(dims: readonly (number | string)[], make: (b: Builder, x: Value) => Value): Model {
  const model = new Model()
  const sized = dims.map((dim) => (typeof dim === 'number' ? dim : model.dynamicDim(dim, { hint: 2 })))
  const x = model.graph.addInput('x', tensorType('float32', sized))
  model.graph.addOutput('y', make(createBuilder(model), x))
  return model
}

const weights = (b: Builder, dims: readonly number[]): Value =>
  b.constant(tensorOf('float32', dims, new Float32Array(dims.reduce((count, size) => count * size, 1))))

describe('the work of a run', () => {
  it.each<[string, readonly (number | string)[], (b: Builder, x: Value) => Value, number]>([
    [
      'a convolution',
      ['N', 4, 10, 10],
      (b, x) => b.conv(x, weights(b, [6, 2, 3, 3]), { group: 2 }),
      2 * 6 * 64 * 18,
    ],
    ['a transposed one', [1, 4, 5, 5], (b, x) => b.convTranspose(x, weights(b, [4, 3, 2, 2])), 4 * 25 * 12],
    ['a product of matrices', ['N', 7, 8], (b, x) => b.matMul(x, weights(b, [8, 3])), 2 * 7 * 3 * 8],
    ['Gemm, its first transposed', [8, 5], (b, x) => b.gemm(x, weights(b, [8, 3]), { transA: 1 }), 5 * 3 * 8],
    ['an activation', [3, 3], (b, x) => b.relu(x), 0],
  ])('of %s counts multiply-accumulates at the hints', (_, dims, make, expected) => {
    expect(workOf(modelOf(dims, make))).toBe(expected)
  })

  it('of more than 10 GMAC leaves one seeded sample', () => {
    const chained = (layers: number) =>
      modelOf([100, 1024], (b, x) => {
        const square = weights(b, [1024, 1024])
        return Array.from({ length: layers }, () => square).reduce((y, w) => b.matMul(y, w), x)
      })
    expect(samplesFor(chained(95), []).samples).toHaveLength(2)
    const { samples, notes } = samplesFor(chained(96), [])
    expect(samples).toHaveLength(1)
    expect(notes[0]).toMatch(/^No recorded samples: one seeded \(/)
  })
})
