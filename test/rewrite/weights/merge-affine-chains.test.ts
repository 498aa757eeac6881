import { describe, expect, it } from 'vitest'
import type { Builder, Value } from '../../../src/graph/index.ts'
import { mergeAffineChains } from '../../../src/rewrite/passes/weights/merge-affine-chains.ts'
import { positive, weights } from '../small-models.ts'
import { type Build, networkOf, operatorsAfter } from './networks.ts'

const IMAGE = ['N', 4, 5, 5] as const
const TOKENS = ['N', 'L', 6] as const

const constant = (b: Builder, dims: number[], seed = 2): Value => b.constant(weights(dims, seed))
const number = (b: Builder, value: number): Value => b.scalar('float32', value)
const norm = (b: Builder, x: Value): Value => {
  const [scale, variance] = [positive(4, 4), positive(4, 5)].map((tensor) => b.constant(tensor))
  return scale && variance
    ? b.batchNormalization(x, scale, constant(b, [4], 6), constant(b, [4], 7), variance)
    : x
}

type Case = readonly [name: string, dims: readonly (number | string)[], build: Build, left: readonly string[]]

const CASES: readonly Case[] = [
  ['two factors', TOKENS, (b, x) => b.div(b.mul(x, constant(b, [6])), number(b, 3)), ['Mul']],
  ['two sums', TOKENS, (b, x) => b.sub(b.add(x, constant(b, [6])), number(b, 3)), ['Add']],
  [
    'a factor through a sum',
    TOKENS,
    (b, x) => b.mul(b.add(b.mul(x, number(b, 2)), constant(b, [6])), constant(b, [6], 3)),
    ['Mul', 'Add'],
  ],
  [
    'a sum through a factor',
    TOKENS,
    (b, x) => b.add(b.mul(b.add(x, number(b, 2)), constant(b, [6])), number(b, 1)),
    ['Mul', 'Add'],
  ],
  [
    'a longer chain',
    TOKENS,
    (b, x) => {
      let y = x
      for (let i = 1; i < 5; i++) y = b.add(b.mul(y, number(b, i)), constant(b, [6], i))
      return y
    },
    ['Mul', 'Add'],
  ],
  [
    'a normalisation and what follows it, as DenseNet has it',
    IMAGE,
    (b, x) => b.relu(b.add(b.mul(norm(b, x), constant(b, [4, 1, 1])), constant(b, [4, 1, 1], 3))),
    ['BatchNormalization', 'Relu'],
  ],
  [
    'what comes before a normalisation',
    IMAGE,
    (b, x) => norm(b, b.sub(x, number(b, 0.5))),
    ['BatchNormalization'],
  ],
  [
    'factors and sums of channels',
    IMAGE,
    (b, x) => b.add(b.mul(x, constant(b, [4, 1, 1])), constant(b, [4, 1, 1], 3)),
    ['BatchNormalization'],
  ],
]

const LEFT: readonly Case[] = [
  [
    'factors along different axes',
    IMAGE,
    (b, x) => b.mul(b.mul(x, constant(b, [4, 1, 1])), constant(b, [5])),
    ['Mul', 'Mul'],
  ],
  [
    'a factor and a sum of features',
    TOKENS,
    (b, x) => b.add(b.mul(x, constant(b, [6])), constant(b, [6], 3)),
    ['Mul', 'Add'],
  ],
  [
    'a factor and a sum of rows, as a LayerNormalization ends',
    ['N', 6],
    (b, x) => b.add(b.mul(x, constant(b, [6])), constant(b, [6], 3)),
    ['Mul', 'Add'],
  ],
  [
    'what is read between',
    TOKENS,
    (b, x) => {
      const y = b.mul(x, number(b, 2))
      return b.add(b.mul(y, number(b, 3)), y)
    },
    ['Mul', 'Mul', 'Add'],
  ],
  [
    'sums that cancel to round',
    TOKENS,
    (b, x) => b.sub(b.add(x, number(b, 12582912)), number(b, 12582912)),
    ['Add', 'Sub'],
  ],
  [
    'infinite masks',
    TOKENS,
    (b, x) => b.relu(b.add(b.add(x, number(b, 1)), number(b, Number.NEGATIVE_INFINITY))),
    ['Add', 'Add', 'Relu'],
  ],
  [
    'integers',
    TOKENS,
    (b, x) => {
      const ids = b.cast(x, { to: 6 })
      return b.cast(b.mul(b.mul(ids, b.scalar('int32', 3)), b.scalar('int32', 5)), { to: 1 })
    },
    ['Cast', 'Mul', 'Mul', 'Cast'],
  ],
]

describe('merge-affine-chains', () => {
  it.each(CASES)('merges %s', async (_, dims, build, left) => {
    expect(await operatorsAfter([mergeAffineChains], networkOf(dims, build))).toEqual(left)
  })

  it.each(LEFT)('leaves %s', async (_, dims, build, left) => {
    expect(await operatorsAfter([mergeAffineChains], networkOf(dims, build))).toEqual(left)
  })
})
