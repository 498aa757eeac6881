import { describe, expect, it } from 'vitest'
import { type Builder, tensorOf, type Value } from '../../../src/graph/index.ts'
import { weights } from '../small-models.ts'
import { type Dims, modelOver, operatorsOf, rewritten } from './rewritten.ts'

const last = (b: Builder, x: Value): Value => b.transpose(x, { perm: [0, 2, 3, 1] })
const first = (b: Builder, x: Value): Value => b.transpose(x, { perm: [0, 3, 1, 2] })
const conv = (b: Builder, x: Value, channels: number, seed = 1): Value =>
  b.conv(x, b.constant(weights([channels, Number(x.dims[1]), 3, 3], seed)), { pads: [1, 1, 1, 1] })
/** A convolution as a graph with channels last has it. */
const convLast = (b: Builder, x: Value, channels: number, seed = 1): Value =>
  last(b, conv(b, first(b, x), channels, seed))
const axes = (b: Builder, ...list: number[]): Value => b.int64s(list)

type Case = readonly [what: string, build: (b: Builder, x: Value) => Value | readonly Value[]]

/** What stands between two Transposes, with channels last: [N, 4, 6, C]. */
const MOVED: readonly (readonly [what: string, build: (b: Builder, x: Value) => Value])[] = [
  ['a function of one element', (b, x) => b.tanh(b.leakyRelu(x, { alpha: 0.3 }))],
  ['a Clip', (b, x) => b.clip(x, { min: b.scalar('float32', -0.5), max: b.scalar('float32', 0.5) })],
  ['a Cast', (b, x) => b.cast(b.cast(b.mul(x, b.scalar('float32', 9)), { to: 6 }), { to: 1 })],
  ['a bias', (b, x) => b.add(x, b.constant(weights([5])))],
  ['a scale of one element', (b, x) => b.mul(b.constant(tensorOf('float32', [1, 1], [0.3])), x)],
  ['a constant along several axes', (b, x) => b.sub(b.constant(weights([4, 1, 5])), x)],
  ['a PRelu', (b, x) => b.prelu(x, b.constant(weights([1, 1, 5])))],
  ['two values that are both transposed', (b, x) => b.add(b.relu(x), convLast(b, x, 5, 2))],
  [
    'a Where of both',
    (b, x) => b.where(b.greater(x, b.scalar('float32', 0)), convLast(b, x, 5, 2), b.constant(weights([5]))),
  ],
  ['a Concat of both', (b, x) => b.concat([x, convLast(b, x, 3, 2)], { axis: -1 })],
  [
    'a Split',
    (b, x) => {
      const [left, right] = b.split(x, { split: axes(b, 2, 3), axis: 3 })
      return b.concat([b.neg(right ?? x), left ?? x], { axis: 3 })
    },
  ],
  ['a Slice', (b, x) => b.slice(x, axes(b, 1, 0), axes(b, 4, -1), { axes: axes(b, 1, -1) })],
  ['a Slice that names no axes', (b, x) => b.slice(x, axes(b, 0, 1), axes(b, 9, 3))],
  ['a Pad of every axis', (b, x) => b.pad(x, axes(b, 0, 1, 2, 0, 0, 0, 3, 1))],
  [
    'a Pad of named axes',
    (b, x) => b.pad(x, axes(b, 1, 2), { axes: axes(b, 3), constant_value: b.scalar('float32', 7) }),
  ],
  ['a reflecting Pad', (b, x) => b.pad(x, axes(b, 0, 1, 2, 0, 0, 1, 2, 0), { mode: 'reflect' })],
  ['a Tile', (b, x) => b.tile(x, axes(b, 1, 2, 1, 3))],
  ['a mean that keeps its axes', (b, x) => b.reduceMean(x, { axes: axes(b, 1, -2) })],
  [
    'a softmax over the channels that the sum of follows',
    (b, x) => b.cumSum(b.softmax(x, { axis: 1 }), b.scalar('int64', 1)).producer?.input(0) ?? x,
  ],
  ['the largest of each channel', (b, x) => b.topK(x, axes(b, 2), { axis: 1 })[0]],
  ['a Gather of channels', (b, x) => b.gather(x, axes(b, 2, 0, 2), { axis: 3 })],
  [
    'a Squeeze and an Unsqueeze',
    (b, x) =>
      b.unsqueeze(b.squeeze(b.relu(b.reduceMax(x, { axes: axes(b, 1) })), { axes: axes(b, 1) }), axes(b, 2)),
  ],
  [
    'a Resize by scales',
    (b, x) =>
      b.resize(x, {
        scales: b.constant(tensorOf('float32', [4], [1, 2, 3, 1])),
        mode: 'nearest',
        coordinate_transformation_mode: 'asymmetric',
        nearest_mode: 'floor',
      }),
  ],
  [
    'a gate of one number a channel',
    (b, x) => {
      const pooled = b.reduceMean(x, { axes: axes(b, 1, 2) })
      return b.mul(x, b.sigmoid(convLast(b, b.relu(convLast(b, pooled, 2, 3)), 5, 4)))
    },
  ],
  [
    'a gate that comes out of a product',
    (b, x) => {
      const pooled = b.reduceMean(x, { axes: axes(b, 1, 2), keepdims: 0 })
      return b.mul(
        x,
        b.reshape(b.sigmoid(b.matMul(pooled, b.constant(weights([5, 5], 8)))), axes(b, -1, 1, 1, 5)),
      )
    },
  ],
]

/** At the border of the model, where Transposes are left: how many. */
const ENDS: readonly (readonly [what: string, dims: Dims, left: number, build: Case[1]])[] = [
  ['two that undo each other', ['N', 'H', 'W', 3], 0, (b, x) => b.relu(last(b, first(b, x)))],
  ['two that make one', ['N', 'H', 'W', 3], 1, (b, x) => first(b, first(b, x))],
  [
    'a network with channels last',
    ['N', 'H', 'W', 3],
    2,
    (b, x) => {
      let y = convLast(b, x, 4)
      for (let layer = 0; layer < 4; layer++) {
        const inner = b.relu(b.add(convLast(b, y, 6, layer), b.constant(weights([6], layer))))
        y = b.add(y, convLast(b, inner, 4, layer + 9))
      }
      return y
    },
  ],
  [
    'a network with channels last that ends in a product',
    ['N', 'H', 'W', 3],
    1,
    (b, x) => {
      const pooled = b.reduceMean(b.relu(convLast(b, b.relu(convLast(b, x, 4)), 4, 2)), {
        axes: axes(b, 1, 2),
        keepdims: 0,
      })
      return b.softmax(b.matMul(pooled, b.constant(weights([4, 3]))))
    },
  ],
  [
    'a reduction that moves fewer elements when it comes first',
    ['N', 4, 'S'],
    1,
    (b, x) =>
      b.transpose(b.reduceMax(b.transpose(x, { perm: [2, 0, 1] }), { axes: axes(b, 0) }), {
        perm: [0, 2, 1],
      }),
  ],
  [
    'one that an axis of size 1 has moved beside',
    ['N', 4, 1, 6],
    1,
    (b, x) => b.reshape(last(b, x), axes(b, -1, 6, 4, 1)),
  ],
  [
    'one whose result is read as it is',
    ['N', 'H', 'W', 3],
    1,
    (b, x) => {
      const y = first(b, x)
      return [y, last(b, b.relu(y))]
    },
  ],
  [
    'one before the flattening that a Gemm reads',
    ['N', 3, 4, 6],
    0,
    (b, x) => b.gemm(b.flatten(last(b, x)), b.constant(weights([72, 5])), { C: b.constant(weights([5])) }),
  ],
  [
    'one before the flattening that a Gemm of a turned matrix reads',
    ['N', 3, 4, 6],
    0,
    (b, x) => b.gemm(b.reshape(last(b, x), axes(b, 0, -1)), b.constant(weights([5, 72])), { transB: 1 }),
  ],
  [
    'one before the flattening of each step',
    ['N', 'S', 3, 4],
    0,
    (b, x) =>
      b.matMul(
        b.reshape(b.transpose(x, { perm: [0, 1, 3, 2] }), axes(b, 0, 0, 12)),
        b.constant(weights([12, 5])),
      ),
  ],
  [
    'one before a flattening across the batch',
    ['N', 3, 4, 6],
    1,
    (b, x) =>
      b.matMul(
        b.reshape(b.transpose(x, { perm: [1, 0, 3, 2] }), axes(b, 3, -1, 24)),
        b.constant(weights([24, 5])),
      ),
  ],
  [
    'a Resize to sizes',
    [2, 3, 4, 6],
    0,
    (b, x) => first(b, b.resize(last(b, x), { sizes: axes(b, 2, 8, 3, 3), mode: 'linear' })),
  ],
]

const LEFT: readonly (readonly [what: string, dims: Dims, left: number, build: Case[1]])[] = [
  [
    'what would move as many elements behind a function',
    ['N', 'H', 'W', 3],
    1,
    (b, x) => b.relu(first(b, x)),
  ],
  [
    'a sum with what is not transposed',
    ['N', 4, 6, 5],
    2,
    (b, x) => {
      const turned = first(b, x)
      return last(b, b.add(turned, b.conv(turned, b.constant(weights([5, 5, 1, 1])))))
    },
  ],
  [
    'a softmax over the last axis, which another order would not have last',
    ['N', 5, 4, 6],
    2,
    (b, x) => first(b, b.softmax(last(b, x))),
  ],
  [
    'a cubic Resize of what channels first would not have last',
    ['N', 4, 6, 5],
    2,
    (b, x) =>
      last(
        b,
        b.resize(first(b, x), { scales: b.constant(tensorOf('float32', [4], [1, 1, 2, 2])), mode: 'cubic' }),
      ),
  ],
  [
    'a quantisation between the DequantizeLinear and the QuantizeLinear that it is fused with',
    ['N', 4, 6, 5],
    2,
    (b, x) => {
      const [scale, zero] = [b.scalar('float32', 0.05), b.scalar('uint8', 128)]
      const stored = (v: Value) =>
        b.dequantizeLinear(b.quantizeLinear(v, scale, { y_zero_point: zero }), scale, { x_zero_point: zero })
      return stored(last(b, b.relu(stored(first(b, stored(x))))))
    },
  ],
]

const transposesOf = (operators: readonly string[]): number =>
  operators.filter((op) => op === 'Transpose').length

describe('push-transposes', () => {
  it.each(MOVED)('moves %s to the order of the convolutions around it', async (_, build) => {
    const model = modelOver({ x: ['N', 3, 4, 6] }, (b, x) => {
      const inner = first(b, build(b, last(b, conv(b, x('x'), 5))))
      return typeof inner.dims[1] === 'number' ? conv(b, inner, 2, 7) : b.relu(inner)
    })
    expect(transposesOf(operatorsOf(await rewritten(model)))).toBe(0)
  })

  it.each(ENDS)('leaves of %s what has to be', async (_, dims, left, build) => {
    const model = modelOver({ x: dims }, (b, x) => build(b, x('x')))
    expect(transposesOf(operatorsOf(await rewritten(model)))).toBe(left)
  })

  it.each(LEFT)('leaves %s', async (_, dims, left, build) => {
    const model = modelOver({ x: dims }, (b, x) => build(b, x('x')))
    expect(transposesOf(operatorsOf(await rewritten(model)))).toBe(left)
  })

  it('keeps one copy of a large constant that is read in two orders', async () => {
    const table = weights([64, 64], 3)
    const model = modelOver({ x: ['N', 64, 64] }, (b, x) => {
      const constant = b.constant(table)
      const turned = b.transpose(b.add(b.transpose(x('x'), { perm: [0, 2, 1] }), constant), {
        perm: [0, 2, 1],
      })
      return b.mul(turned, constant)
    })
    const kept = await rewritten(model)
    expect(transposesOf(operatorsOf(kept))).toBe(2)
    expect(kept.graph.initializers.size).toBe(1)
  })
})
