import { describe, expect, it } from 'vitest'
import { type Builder, tensorOf, type Value } from '../../../src/graph/index.ts'
import { weights } from '../small-models.ts'
import { rewrittenOperators, tokensModel } from './rewritten.ts'

type Case = readonly [string, (b: Builder, x: Value) => Value, readonly string[]]

const of = (b: Builder, value: number) => b.scalar('float32', value)
const last = (b: Builder) => ({ axes: b.int64s([-1]) })
const mean = (b: Builder, x: Value) => b.reduceMean(x, last(b))
const gamma = (b: Builder) => b.constant(weights([8], 1))
const beta = (b: Builder) => b.constant(weights([8], 2))
const centre = (b: Builder, x: Value) => b.sub(x, mean(b, x))
const variance = (b: Builder, x: Value) => mean(b, b.pow(centre(b, x), of(b, 2)))
const deviation = (b: Builder, x: Value) => b.sqrt(b.add(variance(b, x), of(b, 1e-5)))
const rms = (b: Builder, x: Value) => b.sqrt(b.add(mean(b, b.mul(x, x)), of(b, 1e-6)))

const SPELLINGS: readonly Case[] = [
  [
    'as torch writes it',
    (b, x) => {
      const centred = centre(b, x)
      const root = b.sqrt(b.add(mean(b, b.pow(centred, of(b, 2))), of(b, 1e-5)))
      return b.add(b.mul(b.div(centred, root), gamma(b)), beta(b))
    },
    ['LayerNormalization'],
  ],
  [
    'as TensorFlow writes it',
    (b, x) => {
      const m = mean(b, x)
      const difference = b.sub(x, m)
      const root = b.sqrt(b.add(mean(b, b.mul(difference, difference)), of(b, 1e-3)))
      const r = b.mul(b.reciprocal(root), gamma(b))
      return b.add(b.mul(x, r), b.sub(beta(b), b.mul(m, r)))
    },
    ['LayerNormalization'],
  ],
  [
    'by a power of −½, without scale and shift',
    (b, x) => {
      const centred = centre(b, x)
      return b.mul(centred, b.pow(b.add(of(b, 1e-5), mean(b, b.mul(centred, centred))), of(b, -0.5)))
    },
    ['LayerNormalization'],
  ],
  [
    'over two axes, scaled by one number a column',
    (b, x) => {
      const cubes = b.reshape(x, b.int64s([0, -1, 2, 4]))
      const axes = { axes: b.int64s([3, 2]) }
      const centred = b.sub(cubes, b.reduceMean(cubes, axes))
      const root = b.sqrt(b.add(b.reduceMean(b.mul(centred, centred), axes), of(b, 1e-5)))
      return b.mul(b.div(centred, root), b.constant(weights([4], 1)))
    },
    ['Reshape', 'LayerNormalization'],
  ],
  [
    'over an image, channel by channel',
    (b, x) => {
      const image = b.reshape(x, b.int64s([-1, 2, 2, 2]))
      const axes = { axes: b.int64s([2, 3]) }
      const centred = b.sub(image, b.reduceMean(image, axes))
      const root = b.sqrt(b.add(b.reduceMean(b.mul(centred, centred), axes), of(b, 1e-5)))
      const scaled = b.mul(b.div(centred, root), b.constant(weights([2, 1, 1], 1)))
      return b.add(scaled, b.constant(weights([1, 2, 1, 1], 2)))
    },
    ['Reshape', 'InstanceNormalization'],
  ],
  ['RMS by Div', (b, x) => b.mul(b.div(x, rms(b, x)), gamma(b)), ['SimplifiedLayerNormalization']],
  [
    'RMS by Reciprocal',
    (b, x) => b.mul(gamma(b), b.mul(x, b.reciprocal(rms(b, x)))),
    ['SimplifiedLayerNormalization'],
  ],
  ['RMS without a scale', (b, x) => b.div(x, rms(b, x)), ['SimplifiedLayerNormalization']],
]

const LEFT: readonly Case[] = [
  [
    'a variance that is read elsewhere',
    (b, x) => {
      const v = variance(b, x)
      return b.add(b.div(x, b.sqrt(b.add(v, of(b, 1e-5)))), v)
    },
    ['ReduceMean', 'Sub', 'Pow', 'ReduceMean', 'Add', 'Sqrt', 'Div', 'Add'],
  ],
  [
    'a deviation that divides what is not centred',
    (b, x) => b.div(x, deviation(b, x)),
    ['ReduceMean', 'Sub', 'Pow', 'ReduceMean', 'Add', 'Sqrt', 'Div'],
  ],
  [
    'a mean over an axis that is not the last',
    (b, x) => {
      const axes = { axes: b.int64s([1]) }
      const centred = b.sub(x, b.reduceMean(x, axes))
      return b.div(centred, b.sqrt(b.add(b.reduceMean(b.mul(centred, centred), axes), of(b, 1e-5))))
    },
    ['ReduceMean', 'Sub', 'Mul', 'ReduceMean', 'Add', 'Sqrt', 'Div'],
  ],
  [
    'a mean that is taken off over other axes',
    (b, x) => {
      const centred = b.sub(x, b.reduceMean(x, { axes: b.int64s([1, 2]) }))
      return b.div(centred, b.sqrt(b.add(mean(b, b.mul(centred, centred)), of(b, 1e-5))))
    },
    ['ReduceMean', 'Sub', 'SimplifiedLayerNormalization'],
  ],
  [
    'an RMS that something is added to where it is computed',
    (b, x) => b.add(b.div(x, rms(b, x)), beta(b)),
    ['SimplifiedLayerNormalization', 'Add'],
  ],
  [
    'a scale that varies along another axis',
    (b, x) => {
      const rows = b.reshape(x, b.int64s([0, -1, 4, 2]))
      return b.mul(b.div(rows, rms(b, rows)), b.constant(weights([4, 1], 1)))
    },
    ['Reshape', 'SimplifiedLayerNormalization', 'Mul'],
  ],
  [
    'a negative epsilon',
    (b, x) => {
      const root = b.sqrt(b.add(mean(b, b.mul(x, x)), of(b, -1e-3)))
      return b.div(x, root)
    },
    ['Mul', 'ReduceMean', 'Add', 'Sqrt', 'Div'],
  ],
]

describe('recognise-normalizations', () => {
  it.each(SPELLINGS)('%s', async (_, build, wanted) => {
    expect(await rewrittenOperators(tokensModel(build))).toEqual(wanted)
  })

  it.each(LEFT)('leaves %s', async (_, build, wanted) => {
    expect(await rewrittenOperators(tokensModel(build))).toEqual(wanted)
  })

  it('keeps scales of one element as numbers', async () => {
    const model = tokensModel((b, x) => {
      const half = b.constant(tensorOf('float32', [1], [0.5]))
      return b.mul(half, b.div(x, rms(b, x)))
    })
    expect(await rewrittenOperators(model)).toEqual(['SimplifiedLayerNormalization', 'Mul'])
  })
})
