import { describe, expect, it } from 'vitest'
import type { Builder, Value } from '../../../src/graph/index.ts'
import { fuseAffineBehind } from '../../../src/rewrite/passes/weights/fuse-affine-behind.ts'
import { fuseBehindShared } from '../../../src/rewrite/passes/weights/fuse-behind-shared.ts'
import { TARGETS } from '../../../src/targets/index.ts'
import { positive, weights } from '../small-models.ts'
import { type Build, networkOf, operatorsAfter } from './networks.ts'

const IMAGE = ['N', 4, 5, 5] as const
const TOKENS = ['N', 'L', 12] as const

const constant = (b: Builder, dims: number[], seed = 2): Value => b.constant(weights(dims, seed))
const apart = (b: Builder, x: Value): Value => b.sin(x)
const norm = (b: Builder, x: Value, seed = 4): Value => {
  const [scale, variance] = [positive(6, seed), positive(6, 5)].map((tensor) => b.constant(tensor))
  return scale && variance
    ? b.batchNormalization(x, scale, constant(b, [6], 6), constant(b, [6], 7), variance)
    : x
}

/** Two images through one convolution, and what is behind each. */
const twice =
  (first: (b: Builder, y: Value) => Value, second: (b: Builder, y: Value) => Value): Build =>
  (b, x) => {
    const weight = constant(b, [6, 4, 3, 3], 1)
    return [first(b, b.conv(x, weight)), second(b, b.conv(apart(b, x), weight))]
  }

const scaled = (b: Builder, y: Value) => b.mul(y, constant(b, [6, 1, 1]))

type Case = readonly [name: string, dims: readonly (number | string)[], build: Build, left: readonly string[]]

const FOLDED: readonly Case[] = [
  [
    'the normalisation of both images',
    IMAGE,
    twice(
      (b, y) => norm(b, y),
      (b, y) => norm(b, y),
    ),
    ['Conv', 'Sin', 'Conv'],
  ],
  [
    'the same factors, then other sums',
    IMAGE,
    twice(scaled, (b, y) => b.add(scaled(b, y), b.scalar('float32', 3))),
    ['Conv', 'Sin', 'Conv'],
  ],
  [
    'a sum behind one of them alone',
    IMAGE,
    twice(
      (b, y) => b.relu(y),
      (b, y) => b.add(y, constant(b, [6, 1, 1])),
    ),
    ['Conv', 'Relu', 'Sin', 'Conv'],
  ],
  [
    'a sign behind both, with their own biases',
    IMAGE,
    (b, x) => {
      const weight = constant(b, [6, 4, 3, 3], 1)
      const layer = (input: Value, seed: number) =>
        b.neg(b.conv(input, weight, { B: constant(b, [6], seed) }))
      return [layer(x, 3), layer(apart(b, x), 4)]
    },
    ['Conv', 'Sin', 'Conv'],
  ],
  [
    'factors of three products of tokens',
    TOKENS,
    (b, x) => {
      const weight = constant(b, [12, 8], 1)
      const layer = (input: Value) => b.mul(b.matMul(input, weight), constant(b, [8]))
      return [layer(x), layer(b.sin(x)), layer(b.cos(x))]
    },
    ['MatMul', 'Sin', 'MatMul', 'Cos', 'MatMul'],
  ],
]

const LEFT: readonly Case[] = [
  [
    'normalisations that differ',
    IMAGE,
    twice(
      (b, y) => norm(b, y),
      (b, y) => norm(b, y, 9),
    ),
    ['Conv', 'BatchNormalization', 'Sin', 'Conv', 'BatchNormalization'],
  ],
  [
    'a factor behind one of them alone',
    IMAGE,
    twice(scaled, (b, y) => b.relu(y)),
    ['Conv', 'Mul', 'Sin', 'Conv', 'Relu'],
  ],
  [
    'a result that is read elsewhere',
    IMAGE,
    twice(scaled, (b, y) => b.add(scaled(b, y), b.sin(y))),
    ['Conv', 'Mul', 'Sin', 'Conv', 'Mul', 'Sin', 'Add'],
  ],
  [
    'a weight that is also read as what it is',
    IMAGE,
    (b, x) => {
      const weight = constant(b, [6, 4, 3, 3], 1)
      return [scaled(b, b.conv(x, weight)), scaled(b, b.conv(apart(b, x), weight)), b.relu(weight)]
    },
    ['Conv', 'Mul', 'Sin', 'Conv', 'Mul', 'Relu'],
  ],
  [
    'one matrix of which the layers have rows and columns for channels',
    ['N', 12],
    (b, x) => {
      const weight = constant(b, [12, 12], 1)
      const factors = constant(b, [12])
      return [b.mul(b.gemm(x, weight), factors), b.mul(b.gemm(b.sin(x), weight, { transB: 1 }), factors)]
    },
    ['Gemm', 'Mul', 'Sin', 'Gemm', 'Mul'],
  ],
]

describe('fuse-behind-shared', () => {
  it.each(FOLDED)('folds %s', async (_, dims, build, left) => {
    expect(await operatorsAfter([fuseAffineBehind, fuseBehindShared], networkOf(dims, build))).toEqual(left)
  })

  it.each(LEFT)('leaves %s', async (_, dims, build, left) => {
    expect(await operatorsAfter([fuseAffineBehind, fuseBehindShared], networkOf(dims, build))).toEqual(left)
  })

  it('keeps one weight for all of them', () => {
    const model = networkOf(IMAGE, twice(scaled, scaled))
    fuseBehindShared.run(model, { target: TARGETS.wasm })
    const layers = [...model.graph.allNodes()].filter(({ op }) => op === 'Conv')
    expect(new Set(layers.map((layer) => layer.input(1))).size).toBe(1)
  })
})
