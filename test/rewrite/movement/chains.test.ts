import { describe, expect, it } from 'vitest'
import type { Builder, DType, Value } from '../../../src/graph/index.ts'
import { weights } from '../small-models.ts'
import { type Dims, modelOver, operatorsOf, rewritten } from './rewritten.ts'

type Case = readonly [
  what: string,
  dims: Dims,
  build: (b: Builder, x: Value) => Value | readonly Value[],
  operators: readonly string[],
  dtype?: DType,
]

const sizes = (b: Builder, ...numbers: number[]): Value => b.int64s(numbers)

const shuffled = (b: Builder, x: Value, by: { split: number[]; perm: number[]; joined: number[] }): Value =>
  b.reshape(b.transpose(b.reshape(x, b.int64s(by.split)), { perm: by.perm }), b.int64s(by.joined))

const MERGED: readonly Case[] = [
  [
    'a Reshape of a Reshape',
    ['N', 4, 6],
    (b, x) => b.reshape(b.reshape(x, sizes(b, -1, 12)), sizes(b, -1, 3, 8)),
    ['Reshape'],
  ],
  [
    'a Reshape that copies a size from the Reshape before it',
    ['N', 'S', 6],
    (b, x) => b.reshape(b.reshape(x, sizes(b, 0, -1)), sizes(b, 0, 2, -1)),
    ['Reshape'],
  ],
  [
    'a Reshape that undoes a Flatten',
    ['N', 4, 6],
    (b, x) => b.tanh(b.reshape(b.flatten(x), sizes(b, -1, 4, 6))),
    ['Tanh'],
  ],
  [
    'Unsqueezes of symbolic sizes',
    ['N', 'S', 'C'],
    (b, x) => b.unsqueeze(b.unsqueeze(x, sizes(b, 1)), sizes(b, 0, -2)),
    ['Unsqueeze'],
  ],
  [
    'Squeezes of symbolic sizes',
    [1, 'N', 1, 'S', 'C', 1],
    (b, x) => b.squeeze(b.squeeze(x, { axes: sizes(b, 2, -1) }), { axes: sizes(b, 0) }),
    ['Squeeze'],
  ],
  [
    'a Squeeze after an Unsqueeze elsewhere',
    ['N', 1, 6],
    (b, x) => b.squeeze(b.unsqueeze(x, sizes(b, 3)), { axes: sizes(b, 1) }),
    ['Reshape'],
  ],
  [
    'a Transpose that moves an axis of size 1, behind a Reshape',
    ['N', 6],
    (b, x) => b.transpose(b.reshape(x, sizes(b, 0, 1, 6)), { perm: [1, 0, 2] }),
    ['Reshape'],
  ],
  [
    'a Transpose between Reshapes that join batch and heads',
    ['N', 4, 'S', 8],
    (b, x) =>
      b.reshape(
        b.transpose(
          b.reshape(x, b.concat([sizes(b, -1), b.shape(x, { start: 2, end: 3 }), sizes(b, 8)], { axis: 0 })),
          { perm: [0, 2, 1] },
        ),
        b.concat([b.shape(x, { start: 0, end: 1 }), sizes(b, 4, 8, -1)], { axis: 0 }),
      ),
    ['Transpose'],
  ],
  [
    'a Concat of a Concat',
    ['N', 4],
    (b, x) => b.concat([b.concat([x, b.tanh(x)], { axis: 1 }), b.neg(x)], { axis: -1 }),
    ['Tanh', 'Neg', 'Concat'],
  ],
  [
    'a Concat of all parts of a Split',
    ['N', 6],
    (b, x) => b.neg(b.concat(b.split(x, { split: sizes(b, 2, 4), axis: 1 }), { axis: -1 })),
    ['Neg'],
  ],
  [
    'Slices of different axes',
    ['N', 6, 'S'],
    (b, x) =>
      b.slice(
        b.slice(x, sizes(b, 1), sizes(b, 5), { axes: sizes(b, -2), steps: sizes(b, 2) }),
        sizes(b, -1),
        sizes(b, 9),
        {
          axes: sizes(b, 2),
        },
      ),
    ['Slice'],
  ],
  [
    'Slices along one axis of Slices along another',
    ['N', 6, 4],
    (b, x) => {
      const step = (v: Value, axis: number, start: number) =>
        b.slice(v, sizes(b, start), sizes(b, 99), { axes: sizes(b, axis), steps: sizes(b, 2) })
      const even = step(x, 1, 0)
      return [step(even, 2, 0), step(even, 2, 1)]
    },
    ['Slice', 'Slice'],
  ],
  [
    'Slices of one place and the Squeezes of their axis',
    [3, 'N', 4],
    (b, x) =>
      [0, 1, 2].map((place) =>
        b.squeeze(b.slice(x, sizes(b, place), sizes(b, place + 1), { axes: sizes(b, 0) }), {
          axes: sizes(b, 0),
        }),
      ),
    ['Gather', 'Gather', 'Gather'],
  ],
  [
    'a Gemm of rows that are flattened before it',
    ['N', 'S', 4],
    (b, x) => {
      const rows = b.reshape(x, sizes(b, -1, 4))
      const shape = b.concat([b.shape(x, { end: 2 }), sizes(b, 5)], { axis: 0 })
      const product = b.gemm(rows, b.constant(weights([5, 4])), { C: b.constant(weights([5], 2)), transB: 1 })
      return b.reshape(product, shape)
    },
    ['MatMul', 'Add'],
  ],
  [
    'a product of rows that are flattened before it',
    ['N', 3, 4],
    (b, x) =>
      b.reshape(b.matMul(b.reshape(x, sizes(b, -1, 4)), b.constant(weights([4, 5]))), sizes(b, -1, 3, 5)),
    ['MatMul'],
  ],
  [
    'Slices that part an axis',
    ['N', 6],
    (b, x) => [
      b.neg(b.slice(x, sizes(b, 4), sizes(b, 2 ** 40), { axes: sizes(b, 1) })),
      b.tanh(b.slice(x, sizes(b, 0), sizes(b, 4), { axes: sizes(b, -1) })),
    ],
    ['Split', 'Neg', 'Tanh'],
  ],
  [
    'Pads of zeros',
    ['N', 3, 4],
    (b, x) =>
      b.pad(b.pad(x, sizes(b, 1, 2), { axes: sizes(b, -1) }), sizes(b, 0, 1, 0, 0, 0, 3), {
        constant_value: b.scalar('float32', 0),
      }),
    ['Pad'],
  ],
  [
    'Casts that keep every value',
    ['N', 4],
    (b, x) => b.cast(b.cast(b.cast(b.sign(x), { to: 9 }), { to: 7 }), { to: 1 }),
    ['Sign', 'Cast', 'Cast'],
  ],
  ['Casts there and back', ['N', 4], (b, x) => b.neg(b.cast(b.cast(x, { to: 11 }), { to: 1 })), ['Neg']],
  [
    'a reduction and the Squeeze of its axes',
    ['N', 'S', 4],
    (b, x) => b.squeeze(b.reduceMax(x, { axes: sizes(b, 1) }), { axes: sizes(b, 1) }),
    ['ReduceMax'],
  ],
  [
    'a reduction and the Reshape that puts its axes back',
    ['N', 3, 4],
    (b, x) => b.reshape(b.reduceSum(x, { axes: sizes(b, -1), keepdims: 0 }), sizes(b, 0, 3, 1)),
    ['ReduceSum'],
  ],
  [
    'an ArgMax and the Squeeze of its axis',
    ['N', 3, 4],
    (b, x) => b.squeeze(b.argMax(x, { axis: -1 }), { axes: sizes(b, 2) }),
    ['ArgMax'],
  ],
  [
    'a pixel shuffle',
    ['N', 8, 'H', 'W'],
    (b, x) => {
      const [h, w] = [2, 3].map((axis) => b.shape(x, { start: axis, end: axis + 1 }))
      const six = b.reshape(x, b.concat([sizes(b, -1, 2, 2, 2), h ?? x, w ?? x], { axis: 0 }))
      const [twiceH, twiceW] = [h, w].map((size) => b.mul(size ?? x, sizes(b, 2)))
      const shape = b.concat([sizes(b, -1, 2), twiceH ?? x, twiceW ?? x], { axis: 0 })
      return b.reshape(b.transpose(six, { perm: [0, 1, 4, 2, 5, 3] }), shape)
    },
    ['DepthToSpace'],
  ],
  [
    'depth to space, block first',
    ['N', 8, 3, 4],
    (b, x) => shuffled(b, x, { split: [0, 2, 2, 2, 3, 4], perm: [0, 3, 4, 1, 5, 2], joined: [0, 2, 6, 8] }),
    ['DepthToSpace'],
  ],
  [
    'space to depth',
    ['N', 2, 4, 6],
    (b, x) => shuffled(b, x, { split: [0, 2, 2, 2, 3, 2], perm: [0, 3, 5, 1, 2, 4], joined: [0, 8, 2, 3] }),
    ['SpaceToDepth'],
  ],
  [
    'an Expand that an addition does itself',
    ['N', 'S', 4],
    (b, x) => b.add(x, b.expand(b.reduceMean(x, { axes: sizes(b, 1) }), b.shape(x))),
    ['ReduceMean', 'Add'],
  ],
  [
    'an Expand to a rank that Where has anyway',
    ['N', 3, 4],
    (b, x) => {
      const row = b.reduceMax(x, { axes: sizes(b, 0, 1), keepdims: 0 })
      return b.where(
        b.greater(x, b.scalar('float32', 0)),
        x,
        b.expand(row, b.concat([b.shape(x, { end: 1 }), sizes(b, 3, 4)], { axis: 0 })),
      )
    },
    ['ReduceMax', 'Greater', 'Where'],
  ],
]

const KEPT: readonly Case[] = [
  [
    'a Reshape that another reads too',
    ['N', 4, 6],
    (b, x) => {
      const flat = b.reshape(x, sizes(b, -1, 12))
      return [b.neg(flat), b.reshape(flat, sizes(b, -1, 3, 8))]
    },
    ['Reshape', 'Neg', 'Reshape'],
  ],
  [
    'the two Unsqueezes of an attention mask',
    ['N', 'S'],
    (b, x) => b.unsqueeze(b.unsqueeze(x, sizes(b, 1)), sizes(b, 2)),
    ['Unsqueeze', 'Unsqueeze'],
    'int64',
  ],
  [
    'a Reshape that splits an axis before a Transpose, as a shuffle of channels does',
    ['N', 6, 'S'],
    (b, x) =>
      b.reshape(b.transpose(b.reshape(x, sizes(b, 0, 2, 3, -1)), { perm: [0, 2, 1, 3] }), sizes(b, 0, 6, -1)),
    ['Reshape', 'Transpose', 'Reshape'],
  ],
  [
    'Concats along different axes',
    ['N', 4],
    (b, x) => b.concat([b.concat([x, x], { axis: 1 }), b.concat([b.neg(x), x], { axis: 1 })], { axis: 0 }),
    ['Concat', 'Neg', 'Concat', 'Concat'],
  ],
  [
    'a Concat that turns the parts of a Split round',
    ['N', 6],
    (b, x) => {
      const [left, right] = b.split(x, { num_outputs: 2, axis: 1 })
      return b.concat([right ?? x, left ?? x], { axis: 1 })
    },
    ['Split', 'Concat'],
  ],
  [
    'Slices of one axis in a row',
    ['N', 'S', 9],
    (b, x) => {
      const axes = sizes(b, 2)
      return b.slice(b.slice(x, sizes(b, 1), sizes(b, 8), { axes }), sizes(b, -3), sizes(b, 99), { axes })
    },
    ['Slice', 'Slice'],
  ],
  [
    'a Slice that is read beside a Slice of it',
    ['N', 6, 4],
    (b, x) => {
      const even = b.slice(x, sizes(b, 0), sizes(b, 99), { axes: sizes(b, 1), steps: sizes(b, 2) })
      return [b.neg(even), b.slice(even, sizes(b, 1), sizes(b, 3), { axes: sizes(b, 2) })]
    },
    ['Slice', 'Neg', 'Slice'],
  ],
  [
    'a Gemm whose rows a softmax reads too',
    ['N', 3, 4],
    (b, x) => {
      const rows = b.reshape(x, sizes(b, -1, 4))
      return [b.softmax(rows), b.reshape(b.gemm(rows, b.constant(weights([4, 5]))), sizes(b, -1, 3, 5))]
    },
    ['Reshape', 'Softmax', 'Gemm', 'Reshape'],
  ],
  [
    'a Gemm whose rows are put back otherwise',
    ['N', 3, 4],
    (b, x) =>
      b.reshape(b.gemm(b.reshape(x, sizes(b, -1, 4)), b.constant(weights([4, 6]))), sizes(b, -1, 9, 2)),
    ['Reshape', 'Gemm', 'Reshape'],
  ],
  [
    'Slices that overlap',
    ['N', 6],
    (b, x) => [0, 2].map((start) => b.slice(x, sizes(b, start), sizes(b, start + 4), { axes: sizes(b, 1) })),
    ['Slice', 'Slice'],
  ],
  [
    'Pads of different constants',
    ['N', 4],
    (b, x) =>
      b.pad(b.pad(x, sizes(b, 0, 1, 0, 0)), sizes(b, 0, 1, 0, 0), { constant_value: b.scalar('float32', 7) }),
    ['Pad', 'Pad'],
  ],
  [
    'a Pad after one that crops',
    ['N', 4],
    (b, x) => b.pad(b.pad(x, sizes(b, 0, -1, 0, 0)), sizes(b, 0, 1, 0, 0)),
    ['Pad', 'Pad'],
  ],
  [
    'Casts that round in between',
    ['N', 4],
    (b, x) => b.cast(b.cast(b.mul(x, b.scalar('float32', 9)), { to: 7 }), { to: 1 }),
    ['Mul', 'Cast', 'Cast'],
  ],
  [
    'an Expand that gives the sum its size',
    ['N', 1, 4],
    (b, x) => b.add(x, b.expand(b.neg(x), sizes(b, 1, 5, 1))),
    ['Neg', 'Expand', 'Add'],
  ],
  [
    'an Expand that is read beside itself',
    ['N', 1, 4],
    (b, x) => {
      const wide = b.expand(x, sizes(b, 1, 5, 1))
      return b.mul(wide, wide)
    },
    ['Expand', 'Mul'],
  ],
  [
    'a reduction whose result another reads too',
    ['N', 3, 4],
    (b, x) => {
      const largest = b.reduceMax(x, { axes: sizes(b, 1) })
      return [b.sub(x, largest), b.squeeze(largest, { axes: sizes(b, 1) })]
    },
    ['ReduceMax', 'Sub', 'Squeeze'],
  ],
]

const built = ([, dims, build, , dtype]: Case) => modelOver({ x: dims }, (b, x) => build(b, x('x')), dtype)

describe('narrow-gather-indices', () => {
  it('names the places of one tensor in int32, and a single one, or a size, as it was', async () => {
    const model = modelOver({ x: [3, 'N', 4] }, (b, x) => {
      const [first, last] = [0, -1].map((place) => b.gather(x('x'), b.scalar('int64', place)))
      const alone = b.gather(b.neg(x('x')), b.scalar('int64', 1), { axis: 2 })
      const size = b.gather(b.shape(x('x')), b.scalar('int64', 1))
      return [b.mul(first ?? alone, last ?? alone), alone, size]
    })
    const gathers = [...(await rewritten(model)).graph.nodes()].filter(({ op }) => op === 'Gather')
    expect(gathers.map((node) => node.input(1).dtype)).toEqual(['int32', 'int32', 'int64', 'int64'])
  })
})

describe('chains that only move elements', () => {
  it.each(MERGED.map((entry) => [entry[0], entry] as const))('%s become one, or none', async (_, entry) => {
    expect(operatorsOf(await rewritten(built(entry)))).toEqual(entry[3])
  })

  it.each(KEPT.map((entry) => [entry[0], entry] as const))('leave %s', async (_, entry) => {
    expect(operatorsOf(await rewritten(built(entry))).sort()).toEqual([...entry[3]].sort())
  })
})
