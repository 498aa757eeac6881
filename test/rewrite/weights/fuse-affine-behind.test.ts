import { describe, expect, it } from 'vitest'
import { type Builder, LazyTensor, tensorOf, type Value } from '../../../src/graph/index.ts'
import { fuseAffineBehind } from '../../../src/rewrite/passes/weights/fuse-affine-behind.ts'
import { TARGETS } from '../../../src/targets/index.ts'
import { positive, weights } from '../small-models.ts'
import { type Build, networkOf, operatorsAfter } from './networks.ts'

const IMAGE = ['N', 4, 5, 5] as const
const TOKENS = ['N', 'L', 6] as const
const ROWS = ['N', 6] as const

const constant = (b: Builder, dims: number[], seed = 2): Value => b.constant(weights(dims, seed))
const conv = (b: Builder, x: Value, bias = true): Value =>
  b.conv(x, constant(b, [6, 4, 3, 3], 1), { B: bias ? constant(b, [6], 3) : undefined, pads: [1, 1, 1, 1] })
const norm = (b: Builder, x: Value, channels: number): Value => {
  const [scale, variance] = [positive(channels, 4), positive(channels, 5)].map((tensor) => b.constant(tensor))
  return scale && variance
    ? b.batchNormalization(x, scale, constant(b, [channels], 6), constant(b, [channels], 7), variance)
    : x
}

type Case = readonly [name: string, dims: readonly (number | string)[], build: Build, left: readonly string[]]

const FOLDED: readonly Case[] = [
  ['a BatchNormalization behind Conv', IMAGE, (b, x) => norm(b, conv(b, x), 6), ['Conv']],
  ['one behind a Conv without bias', IMAGE, (b, x) => norm(b, conv(b, x, false), 6), ['Conv']],
  [
    'one behind groups',
    IMAGE,
    (b, x) => norm(b, b.conv(x, constant(b, [6, 2, 1, 1]), { group: 2 }), 6),
    ['Conv'],
  ],
  [
    'one behind ConvTranspose',
    IMAGE,
    (b, x) => norm(b, b.convTranspose(x, constant(b, [4, 6, 2, 2])), 6),
    ['ConvTranspose'],
  ],
  [
    'one behind ConvTranspose in groups',
    IMAGE,
    (b, x) => norm(b, b.convTranspose(x, constant(b, [4, 3, 2, 2]), { group: 2, strides: [2, 2] }), 6),
    ['ConvTranspose'],
  ],
  ['one behind Gemm', ROWS, (b, x) => norm(b, b.gemm(x, constant(b, [6, 4])), 4), ['Gemm']],
  [
    'one behind Gemm with transB, alpha and beta',
    ROWS,
    (b, x) =>
      norm(b, b.gemm(x, constant(b, [4, 6]), { C: constant(b, [1, 4]), transB: 1, alpha: 0.5, beta: 3 }), 4),
    ['Gemm'],
  ],
  [
    'factors of one behind MatMul',
    ROWS,
    (b, x) => norm(b, b.matMul(x, constant(b, [6, 4])), 4),
    ['MatMul', 'Add'],
  ],
  ['Mul by [C, 1, 1]', IMAGE, (b, x) => b.mul(conv(b, x), constant(b, [6, 1, 1])), ['Conv']],
  ['Mul by a number on the left', IMAGE, (b, x) => b.mul(b.scalar('float32', -3), conv(b, x)), ['Conv']],
  ['Div by [1, C, 1, 1]', IMAGE, (b, x) => b.div(conv(b, x), constant(b, [1, 6, 1, 1])), ['Conv']],
  ['Add of [C, 1, 1]', IMAGE, (b, x) => b.add(constant(b, [6, 1, 1]), conv(b, x, false)), ['Conv']],
  ['Sub of a number', IMAGE, (b, x) => b.sub(conv(b, x), b.scalar('float32', 2)), ['Conv']],
  ['Sub from [C, 1, 1]', IMAGE, (b, x) => b.sub(constant(b, [6, 1, 1]), conv(b, x)), ['Conv']],
  ['Neg', IMAGE, (b, x) => b.neg(conv(b, x)), ['Conv']],
  [
    'a chain of all',
    IMAGE,
    (b, x) =>
      b.div(
        b.add(b.mul(norm(b, conv(b, x, false), 6), constant(b, [6, 1, 1])), constant(b, [6, 1, 1], 3)),
        b.scalar('float32', 7),
      ),
    ['Conv'],
  ],
  [
    'Mul of columns behind a product of stacks',
    TOKENS,
    (b, x) => b.mul(b.matMul(x, constant(b, [6, 4])), constant(b, [4])),
    ['MatMul'],
  ],
  [
    'Mul of rows behind weights on the left',
    [6, 3],
    (b, x) => b.mul(b.matMul(constant(b, [4, 6]), x), constant(b, [4, 1])),
    ['MatMul'],
  ],
  [
    'Mul through the sum behind a product',
    TOKENS,
    (b, x) => b.mul(b.add(b.matMul(x, constant(b, [6, 4])), constant(b, [4])), constant(b, [4], 5)),
    ['MatMul', 'Add'],
  ],
  [
    'the scale of channels behind a Transpose, as ConvNeXt has it',
    ['N', 5, 5, 6],
    (b, x) =>
      b.mul(
        b.transpose(b.add(b.matMul(x, constant(b, [6, 4])), constant(b, [4])), { perm: [0, 3, 1, 2] }),
        constant(b, [4, 1, 1], 5),
      ),
    ['MatMul', 'Add', 'Transpose'],
  ],
  [
    'a bias behind the Transpose to channels last',
    IMAGE,
    (b, x) => b.add(b.transpose(conv(b, x, false), { perm: [0, 2, 3, 1] }), constant(b, [6])),
    ['Conv', 'Transpose'],
  ],
  [
    'a bias behind a Reshape that keeps the channels',
    IMAGE,
    (b, x) => b.add(b.reshape(conv(b, x), b.int64s([0, 6, 25])), constant(b, [6, 1])),
    ['Conv', 'Reshape'],
  ],
]

const LEFT: readonly Case[] = [
  [
    'a result that is read elsewhere',
    IMAGE,
    (b, x) => {
      const y = conv(b, x)
      return b.add(b.mul(y, constant(b, [6, 1, 1])), y)
    },
    ['Conv', 'Mul', 'Add'],
  ],
  [
    'a result that is an output',
    IMAGE,
    (b, x) => {
      const y = conv(b, x)
      return [y, b.mul(y, constant(b, [6, 1, 1]))]
    },
    ['Conv', 'Mul'],
  ],
  [
    'weights that another layer has',
    IMAGE,
    (b, x) => {
      const w = constant(b, [4, 4, 3, 3])
      const y = b.conv(x, w)
      return [b.mul(y, constant(b, [4, 1, 1])), b.conv(x, w, { pads: [1, 1, 1, 1] })]
    },
    ['Conv', 'Mul', 'Conv'],
  ],
  ['factors along the image', IMAGE, (b, x) => b.mul(conv(b, x), constant(b, [5])), ['Conv', 'Mul']],
  ['factors of every element', IMAGE, (b, x) => b.mul(conv(b, x), constant(b, [6, 5, 5])), ['Conv', 'Mul']],
  [
    'factors that repeat the result',
    [1, 4, 5, 5],
    (b, x) => b.mul(conv(b, x), constant(b, [2, 1, 1, 1])),
    ['Conv', 'Mul'],
  ],
  [
    'factors of an open axis, which may be 1',
    ['N', 6],
    (b, x) => b.mul(b.matMul(x, constant(b, [6, 4])), constant(b, [2, 1])),
    ['MatMul', 'Mul'],
  ],
  [
    'division by the result',
    IMAGE,
    (b, x) => b.div(constant(b, [6, 1, 1]), b.exp(conv(b, x))),
    ['Conv', 'Exp', 'Div'],
  ],
  [
    'a sum behind a product of stacks',
    TOKENS,
    (b, x) => b.add(b.matMul(x, constant(b, [6, 4])), constant(b, [4])),
    ['MatMul', 'Add'],
  ],
  [
    'heads that share factors',
    TOKENS,
    (b, x) => b.mul(b.reshape(b.matMul(x, constant(b, [6, 4])), b.int64s([0, 0, 2, 2])), constant(b, [2])),
    ['MatMul', 'Reshape', 'Mul'],
  ],
  [
    'a Gemm to which a matrix is added',
    ROWS,
    (b, x) => b.mul(b.gemm(x, constant(b, [6, 6]), { C: x }), constant(b, [6])),
    ['Gemm', 'Mul'],
  ],
  [
    'rounding by a large sum',
    IMAGE,
    (b, x) => b.sub(b.add(conv(b, x), b.scalar('float32', 12582912)), b.scalar('float32', 12582912)),
    ['Conv', 'Add', 'Sub'],
  ],
]

describe('fuse-affine-behind', () => {
  it.each(FOLDED)('folds %s', async (_, dims, build, left) => {
    expect(await operatorsAfter([fuseAffineBehind], networkOf(dims, build))).toEqual(left)
  })

  it.each(LEFT)('leaves %s', async (_, dims, build, left) => {
    expect(await operatorsAfter([fuseAffineBehind], networkOf(dims, build))).toEqual(left)
  })

  it.each(['float16', 'float64'] as const)('folds into weights of %s', async (dtype) => {
    const model = networkOf(ROWS, (b, x) => {
      const numbers = (length: number, seed: number): number[] =>
        Array.from({ length }, (_, index) => 0.5 + ((index * seed) % 7) / 8)
      const w = b.constant(tensorOf(dtype, [6, 4], numbers(24, 3)))
      const factors = b.constant(tensorOf(dtype, [4], numbers(4, 5)))
      return b.cast(b.mul(b.matMul(b.castLike(x, w), w), factors), { to: 1 })
    })
    const left = await operatorsAfter([fuseAffineBehind], model, dtype === 'float16' ? 2e-3 : 1e-6)
    expect(left).toEqual(['CastLike', 'MatMul', 'Cast'])
  })

  it('leaves float16 weights that a factor would take out of range', async () => {
    const model = networkOf(ROWS, (b, x) => {
      const w = b.constant(tensorOf('float16', [6, 2], new Array(12).fill(300)))
      return b.mul(b.matMul(b.cast(x, { to: 10 }), w), b.scalar('float16', 300))
    })
    expect(fuseAffineBehind.run(model, { target: TARGETS.wasm })).toEqual({ node: 0 })
  })

  it('reads nothing of the weights, and keeps their names', () => {
    const model = networkOf(IMAGE, (b, x) => {
      const unread = new LazyTensor('float32', [6, 4, 3, 3], () => {
        throw new Error('read')
      })
      return norm(b, b.conv(x, b.constant(unread, 'stem.weight')), 6)
    })
    expect(fuseAffineBehind.run(model, { target: TARGETS.wasm })).toEqual({ node: 1 })
    const [layer] = model.graph.nodes()
    expect(layer?.inputs.slice(1).map((input) => input?.name)).toEqual(['stem.weight', 'stem.weight_bias'])
  })
})
