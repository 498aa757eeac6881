import { describe, expect, it } from 'vitest'
import type { Builder, Value } from '../../../src/graph/index.ts'
import { rewrite } from '../../../src/rewrite/index.ts'
import { type Dims, modelOver, operatorsOf, rewritten } from './rewritten.ts'

type Case = readonly [
  what: string,
  dims: Dims,
  build: (b: Builder, x: Value) => Value | readonly Value[],
  operators: readonly string[],
]

const at = (b: Builder, sequence: Value, position: number) =>
  b.sequenceAt(sequence, b.scalar('int64', position))
const size = (b: Builder, length: number) => b.scalar('int64', length)

const RESOLVED: readonly Case[] = [
  [
    'parts of one size, as torch.split has them',
    ['N', 6],
    (b, x) => {
      const parts = b.splitToSequence(x, { split: size(b, 2), axis: 1 })
      return [0, 1, 2].map((position) => b.tanh(at(b, parts, position)))
    },
    ['Split', 'Tanh', 'Tanh', 'Tanh'],
  ],
  [
    'a last part that is shorter, and counted from the end',
    ['N', 5],
    (b, x) => {
      const parts = b.splitToSequence(x, { split: size(b, 3), axis: -1 })
      return b.concat([at(b, parts, -1), at(b, parts, 0)], { axis: 1 })
    },
    ['Split', 'Concat'],
  ],
  [
    'parts of listed sizes, one of them unread',
    ['N', 6],
    (b, x) => {
      const parts = b.splitToSequence(x, { split: b.int64s([1, 2, 3]), axis: 1 })
      return b.tanh(at(b, parts, 2))
    },
    ['Slice', 'Tanh'],
  ],
  [
    'parts of an axis whose size only the run knows',
    ['N', 'S'],
    (b, x) => b.tanh(at(b, b.splitToSequence(x, { split: size(b, 2), axis: 1 }), 1)),
    ['Slice', 'Tanh'],
  ],
  [
    'places of an axis that goes, as torch.unbind has them',
    ['N', 4, 3],
    (b, x) => {
      const rows = b.splitToSequence(x, { axis: 1, keepdims: 0 })
      return b.add(b.sin(at(b, rows, 0)), at(b, rows, -1))
    },
    ['Gather', 'Sin', 'Gather', 'Add'],
  ],
  [
    'places of an axis that stays',
    ['N', 2, 3],
    (b, x) => {
      const rows = b.splitToSequence(x, { axis: 1 })
      return b.add(b.sin(at(b, rows, 0)), at(b, rows, 1))
    },
    ['Split', 'Sin', 'Add'],
  ],
  [
    'an element of a list',
    ['N', 4],
    (b, x) => b.add(at(b, b.sequenceConstruct([b.sin(x), b.cos(x)]), 1), x),
    ['Cos', 'Add'],
  ],
  [
    'a list that grows and shrinks, joined, as torch.cat of appended parts',
    ['N', 4],
    (b, x) => {
      const empty = b.sequenceEmpty({ dtype: 1 })
      const one = b.sequenceInsert(empty, b.sin(x))
      const two = b.sequenceInsert(one, b.cos(x))
      const three = b.sequenceInsert(two, b.tanh(x), { position: size(b, 0) })
      return b.concatFromSequence(b.sequenceErase(three, { position: size(b, 1) }), { axis: -1 })
    },
    ['Cos', 'Tanh', 'Concat'],
  ],
  [
    'a stacked list',
    ['N', 4],
    (b, x) => b.concatFromSequence(b.sequenceConstruct([b.sin(x), b.cos(x)]), { axis: 1, new_axis: 1 }),
    ['Sin', 'Cos', 'Unsqueeze', 'Unsqueeze', 'Concat'],
  ],
  [
    'parts that are joined again',
    ['N', 6],
    (b, x) =>
      b.tanh(b.concatFromSequence(b.splitToSequence(x, { split: size(b, 4), axis: 1 }), { axis: -1 })),
    ['Tanh'],
  ],
  [
    'parts that are joined along another axis',
    ['N', 6],
    (b, x) => b.concatFromSequence(b.splitToSequence(x, { split: size(b, 2), axis: 1 }), { axis: 0 }),
    ['Split', 'Concat'],
  ],
  [
    'places that are stacked along another axis',
    ['N', 'S', 4],
    (b, x) => {
      const rows = b.splitToSequence(b.sin(x), { axis: 1, keepdims: 0 })
      return b.concatFromSequence(rows, { axis: 0, new_axis: 1 })
    },
    ['Sin', 'Transpose'],
  ],
  [
    'the length of a list, and of the parts of a fixed axis',
    ['N', 6],
    (b, x) => {
      const parts = b.splitToSequence(x, { split: size(b, 4), axis: 1 })
      const length = b.mul(b.sequenceLength(parts), b.sequenceLength(b.sequenceConstruct([x, x, x])))
      return b.add(x, b.cast(length, { to: 1 }))
    },
    ['Add'],
  ],
]

const LEFT: readonly Case[] = [
  [
    'a position that is computed',
    ['N', 6],
    (b, x) => {
      const position = b.cast(b.reduceMax(b.mul(x, b.scalar('float32', 0)), { keepdims: 0 }), { to: 7 })
      return b.sequenceAt(b.splitToSequence(x, { split: size(b, 2), axis: 1 }), position)
    },
    ['Mul', 'ReduceMax', 'Cast', 'SplitToSequence', 'SequenceAt'],
  ],
  [
    'the last part of an axis whose size only the run knows',
    ['N', 'S'],
    (b, x) => at(b, b.splitToSequence(x, { split: size(b, 2), axis: 1 }), -1),
    ['SplitToSequence', 'SequenceAt'],
  ],
  [
    'the number of parts of such an axis',
    ['N', 'S'],
    (b, x) => b.sequenceLength(b.splitToSequence(x, { split: size(b, 2), axis: 1 })),
    ['SplitToSequence', 'SequenceLength'],
  ],
  [
    'places that lose their axis and are joined: a node for each',
    ['N', 4, 3],
    (b, x) => b.concatFromSequence(b.splitToSequence(x, { axis: 1, keepdims: 0 }), { axis: 0 }),
    ['SplitToSequence', 'ConcatFromSequence'],
  ],
]

describe('resolve-sequences', () => {
  it.each([...RESOLVED])('resolves %s', async (_, dims, build, operators) => {
    const model = await rewritten(
      modelOver({ x: dims }, (b, x) => build(b, x('x'))),
      'basic',
    )
    expect(operatorsOf(model)).toEqual(operators)
  })

  it.each([...LEFT])('leaves %s', async (_, dims, build, operators) => {
    const model = await rewritten(
      modelOver({ x: dims }, (b, x) => build(b, x('x'))),
      'basic',
    )
    expect(operatorsOf(model)).toEqual(operators)
  })

  it('leaves a position that there is not to the runtime', () => {
    const model = modelOver({ x: ['N', 4] }, (b, x) => at(b, b.sequenceConstruct([x('x')]), 1))
    rewrite(model, { level: 'all' })
    expect(operatorsOf(model)).toEqual(['SequenceConstruct', 'SequenceAt'])
  })

  it('leaves parts of other lengths that are stacked to the runtime, and makes no node for them', () => {
    const model = modelOver({ x: ['N', 4] }, (b, x) => {
      const parts = b.splitToSequence(x('x'), { split: b.int64s([1, 1, 2]), axis: 1 })
      return b.concatFromSequence(parts, { axis: 0, new_axis: 1 })
    })
    rewrite(model, { level: 'all' })
    expect(operatorsOf(model)).toEqual(['SplitToSequence', 'ConcatFromSequence'])
  })
})
