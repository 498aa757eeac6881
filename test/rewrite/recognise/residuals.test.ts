import { describe, expect, it } from 'vitest'
import { type Builder, tensorOf, type Value } from '../../../src/graph/index.ts'
import { weights } from '../small-models.ts'
import { rewrittenOperators, tokensModel } from './rewritten.ts'

type Cases = readonly (readonly [string, (b: Builder, x: Value) => Value, readonly string[]])[]

const gamma = (b: Builder) => b.constant(weights([8], 1))
const beta = (b: Builder) => b.constant(weights([8], 2))
const norm = (b: Builder, x: Value) => b.layerNormalization(x, gamma(b), { B: beta(b), epsilon: 1e-3 })
const project = (b: Builder, x: Value) => b.matMul(x, b.constant(weights([8, 8], 3)))
const biased = (b: Builder, x: Value) => b.add(b.constant(weights([8], 4)), project(b, x))

describe('recognise-skip-normalizations', () => {
  const TAKEN: Cases = [
    ['an addition', (b, x) => norm(b, b.add(x, b.sin(x))), ['Sin', 'SkipLayerNormalization']],
    [
      'an addition whose sum is read after the normalisation',
      (b, x) => {
        const sum = b.add(x, b.sin(x))
        return b.add(norm(b, sum), sum)
      },
      ['Sin', 'SkipLayerNormalization', 'Add'],
    ],
    [
      'an addition whose sum is read before the normalisation',
      (b, x) => {
        const sum = b.add(x, b.sin(x))
        const cosine = b.cos(sum)
        return b.mul(norm(b, sum), cosine)
      },
      ['Sin', 'SkipLayerNormalization', 'Cos', 'Mul'],
    ],
    [
      'the bias of a projection',
      (b, x) => norm(b, b.add(x, biased(b, x))),
      ['MatMul', 'SkipLayerNormalization'],
    ],
    [
      'an addition before an RMS, and the bias of a projection',
      (b, x) => b.simplifiedLayerNormalization(b.add(biased(b, x), x), gamma(b), { epsilon: 1e-3 }),
      ['MatMul', 'SkipSimplifiedLayerNormalization'],
    ],
    [
      'an addition of two axes',
      (b, x) => norm(b, b.add(b.reshape(x, b.int64s([-1, 8])), b.reshape(b.sin(x), b.int64s([-1, 8])))),
      ['Reshape', 'Sin', 'Reshape', 'SkipLayerNormalization'],
    ],
  ]
  it.each(TAKEN)('takes %s', async (_, build, wanted) => {
    expect(await rewrittenOperators(tokensModel(build))).toEqual(wanted)
  })

  const LEFT: Cases = [
    [
      'what broadcasts',
      (b, x) => norm(b, b.add(x, b.reduceMax(x, { axes: b.int64s([1]) }))),
      ['ReduceMax', 'Add', 'LayerNormalization'],
    ],
    [
      'four axes',
      (b, x) => norm(b, b.add(b.unsqueeze(x, b.int64s([0])), b.unsqueeze(b.sin(x), b.int64s([0])))),
      ['Unsqueeze', 'Sin', 'Unsqueeze', 'Add', 'LayerNormalization'],
    ],
    [
      'a normalisation of more than the last axis',
      (b, x) => {
        const rows = b.reshape(x, b.int64s([-1, 2, 4]))
        const ones = b.constant(tensorOf('float32', [2, 4], new Float32Array(8).fill(1)))
        return b.layerNormalization(b.add(rows, b.sin(rows)), ones, { axis: 1 })
      },
      ['Reshape', 'Sin', 'Add', 'LayerNormalization'],
    ],
    [
      'one scale for all columns',
      (b, x) =>
        b.layerNormalization(b.add(x, b.sin(x)), b.constant(weights([1], 5)), {
          B: b.constant(weights([1], 6)),
        }),
      ['Sin', 'Add', 'LayerNormalization'],
    ],
  ]
  it.each(LEFT)('leaves %s', async (_, build, wanted) => {
    expect(await rewrittenOperators(tokensModel(build))).toEqual(wanted)
  })
})

describe('recognise-biased-gelu', () => {
  it.each<Cases[number]>([
    ['of erf', (b, x) => b.gelu(biased(b, x)), ['MatMul', 'BiasGelu']],
    ['of tanh', (b, x) => b.gelu(biased(b, x), { approximate: 'tanh' }), ['MatMul', 'FastGelu']],
  ])('takes the bias into a GELU %s', async (_, build, wanted) => {
    expect(await rewrittenOperators(tokensModel(build))).toEqual(wanted)
  })

  it('leaves a sum that is read elsewhere', async () => {
    const model = tokensModel((b, x) => {
      const sum = biased(b, x)
      return b.mul(b.gelu(sum), sum)
    })
    expect(await rewrittenOperators(model)).toEqual(['MatMul', 'Add', 'Gelu', 'Mul'])
  })
})
