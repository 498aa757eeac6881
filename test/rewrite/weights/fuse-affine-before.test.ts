import { describe, expect, it } from 'vitest'
import type { Builder, Value } from '../../../src/graph/index.ts'
import { fuseAffineBefore } from '../../../src/rewrite/passes/weights/fuse-affine-before.ts'
import { positive, weights } from '../small-models.ts'
import { type Build, networkOf, operatorsAfter } from './networks.ts'

const IMAGE = ['N', 4, 5, 5] as const
const TOKENS = ['N', 'L', 6] as const
const ROWS = ['N', 6] as const

const constant = (b: Builder, dims: number[], seed = 2): Value => b.constant(weights(dims, seed))
const conv = (b: Builder, x: Value, pad = 0): Value =>
  b.conv(x, constant(b, [6, 4, 3, 3], 1), { pads: [pad, pad, pad, pad] })
const norm = (b: Builder, x: Value, channels: number): Value => {
  const [scale, variance] = [positive(channels, 4), positive(channels, 5)].map((tensor) => b.constant(tensor))
  return scale && variance
    ? b.batchNormalization(x, scale, constant(b, [channels], 6), constant(b, [channels], 7), variance)
    : x
}

type Case = readonly [name: string, dims: readonly (number | string)[], build: Build, left: readonly string[]]

const FOLDED: readonly Case[] = [
  [
    'factors of channels before a padded Conv',
    IMAGE,
    (b, x) => conv(b, b.mul(x, constant(b, [4, 1, 1])), 1),
    ['Conv'],
  ],
  ['a number before a Conv', IMAGE, (b, x) => conv(b, b.div(x, b.scalar('float32', 255)), 1), ['Conv']],
  ['a BatchNormalization before a Conv that pads nothing', IMAGE, (b, x) => conv(b, norm(b, x, 4)), ['Conv']],
  [
    'mean and deviation of images',
    IMAGE,
    (b, x) => conv(b, b.div(b.sub(x, constant(b, [1, 4, 1, 1])), b.constant(weights([4, 1, 1], 3)))),
    ['Conv'],
  ],
  [
    'what is added before groups',
    IMAGE,
    (b, x) =>
      b.conv(b.add(x, constant(b, [4, 1, 1])), constant(b, [6, 2, 3, 3]), {
        group: 2,
        B: constant(b, [6], 8),
      }),
    ['Conv'],
  ],
  [
    'factors before ConvTranspose in groups',
    IMAGE,
    (b, x) => b.convTranspose(b.mul(x, constant(b, [4, 1, 1])), constant(b, [4, 3, 2, 2]), { group: 2 }),
    ['ConvTranspose'],
  ],
  [
    'both before Gemm with alpha, beta and transB',
    ROWS,
    (b, x) =>
      b.gemm(norm(b, x, 6), constant(b, [4, 6]), { C: constant(b, [4]), transB: 1, alpha: 0.5, beta: 2 }),
    ['Gemm'],
  ],
  [
    'factors before MatMul',
    TOKENS,
    (b, x) => b.matMul(b.mul(constant(b, [6]), x), constant(b, [6, 4])),
    ['MatMul'],
  ],
  [
    'factors of rows before weights on the left',
    [6, 3],
    (b, x) => b.matMul(constant(b, [4, 6]), b.mul(x, constant(b, [6, 1]))),
    ['MatMul'],
  ],
]

const LEFT: readonly Case[] = [
  [
    'a sum before a border of zeros',
    IMAGE,
    (b, x) => conv(b, b.add(x, constant(b, [4, 1, 1])), 1),
    ['Add', 'Conv'],
  ],
  [
    'a normalisation before a border of zeros',
    IMAGE,
    (b, x) => conv(b, norm(b, x, 4), 1),
    ['BatchNormalization', 'Conv'],
  ],
  [
    'a sum before padding by size',
    IMAGE,
    (b, x) => b.conv(b.add(x, b.scalar('float32', 1)), constant(b, [6, 4, 3, 3]), { auto_pad: 'SAME_UPPER' }),
    ['Add', 'Conv'],
  ],
  [
    'a sum before ConvTranspose',
    IMAGE,
    (b, x) => b.convTranspose(b.add(x, b.scalar('float32', 1)), constant(b, [4, 6, 2, 2])),
    ['Add', 'ConvTranspose'],
  ],
  [
    'a sum before MatMul, which has no bias',
    TOKENS,
    (b, x) => b.matMul(b.add(constant(b, [6]), x), constant(b, [6, 4])),
    ['Add', 'MatMul'],
  ],
  [
    'what two layers read',
    IMAGE,
    (b, x) => {
      const y = b.mul(x, constant(b, [4, 1, 1]))
      return [conv(b, y), b.conv(y, constant(b, [2, 4, 1, 1], 9))]
    },
    ['Mul', 'Conv', 'Conv'],
  ],
  [
    'the end of a LayerNormalization',
    TOKENS,
    (b, x) => {
      const y = b.sub(x, b.reduceMean(x, { axes: b.int64s([-1]) }))
      const deviation = b.sqrt(
        b.add(b.reduceMean(b.mul(y, y), { axes: b.int64s([-1]) }), b.scalar('float32', 1e-5)),
      )
      return b.matMul(b.mul(b.div(y, deviation), constant(b, [6])), constant(b, [6, 4]))
    },
    ['ReduceMean', 'Sub', 'Mul', 'ReduceMean', 'Add', 'Sqrt', 'Div', 'Mul', 'MatMul'],
  ],
  [
    'large sums, which may cancel',
    ROWS,
    (b, x) => b.gemm(b.sub(x, b.scalar('float32', 1013)), constant(b, [6, 4])),
    ['Sub', 'Gemm'],
  ],
  ['factors along the image', IMAGE, (b, x) => conv(b, b.mul(x, constant(b, [5]))), ['Mul', 'Conv']],
]

describe('fuse-affine-before', () => {
  it.each(FOLDED)('folds %s', async (_, dims, build, left) => {
    expect(await operatorsAfter([fuseAffineBefore], networkOf(dims, build))).toEqual(left)
  })

  it.each(LEFT)('leaves %s', async (_, dims, build, left) => {
    expect(await operatorsAfter([fuseAffineBefore], networkOf(dims, build))).toEqual(left)
  })
})
