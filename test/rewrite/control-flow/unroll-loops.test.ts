import { describe, expect, it } from 'vitest'
import { type Builder, type Graph, MemoryTensor, type Value } from '../../../src/graph/index.ts'
import { bodyOf, rewritten } from '../rewritten.ts'
import { operators, weights } from '../small-models.ts'
import { bool, controlled, feeds, type Inputs, int } from './models.ts'

type Step = (
  b: Builder,
  values: { readonly i: Value; readonly go: Value; readonly h: Value },
) => readonly Value[]

/** A Loop that hands on one value; `step` gives the condition, the next value, and what is stacked. */
function loop(
  b: Builder,
  h: Value,
  count: Value | undefined,
  step: Step,
  condition?: Value,
): readonly Value[] {
  const body = bodyOf(b, (inner, graph: Graph) =>
    step(inner, {
      i: graph.addInput('i', int),
      go: graph.addInput('go', bool),
      h: graph.addInput('h', h.type),
    }),
  )
  return b.loop([h], { M: count, cond: condition, body })
}

const constant = (b: Builder, on: boolean) =>
  b.constant(new MemoryTensor('bool', [], Uint8Array.of(on ? 1 : 0)))
const grow: Step = (b, { i, go, h }) => {
  const next = b.add(b.sin(h), b.cast(i, { to: 1 }))
  return [go, next, b.reduceSum(next, { axes: b.int64s([0]), keepdims: 0 })]
}

describe('unroll-loops', () => {
  const written: readonly (readonly [
    string,
    (b: Builder, inputs: Inputs) => readonly Value[],
    readonly string[],
  ])[] = [
    ['none', (b, { x }) => loop(b, x, b.scalar('int64', 0), grow), []],
    ['none, by a count below 0', (b, { x }) => loop(b, x, b.scalar('int64', -3), grow), []],
    ['none, by its condition', (b, { x, n }) => loop(b, x, n, grow, constant(b, false)), []],
    ['one', (b, { x }) => loop(b, x, b.scalar('int64', 1), grow), ['Add', 'ReduceSum', 'Sin']],
    [
      'one, since the body ends it',
      (b, { x }) => loop(b, x, undefined, (i, { h }) => [constant(i, false), i.exp(h)]),
      ['Exp'],
    ],
    [
      'three',
      (b, { x }) =>
        loop(b, x, b.scalar('int64', 3), (i, { go, h }) => [go, i.exp(h), i.reduceMax(h, { keepdims: 0 })]),
      [
        'Concat',
        'Exp',
        'Exp',
        'Exp',
        'ReduceMax',
        'ReduceMax',
        'ReduceMax',
        'Unsqueeze',
        'Unsqueeze',
        'Unsqueeze',
      ],
    ],
    [
      'two, with sizes that grow',
      (b, { x }) => loop(b, x, b.scalar('int64', 2), (i, { go, h }) => [go, i.concat([h, h], { axis: 0 })]),
      ['Concat'],
    ],
    [
      'two, with sizes that the data decides in each',
      (b, { x }) =>
        loop(b, x, b.scalar('int64', 2), (i, { go, h }) => {
          const found = i.nonZero(i.greater(h, i.scalar('float32', 0)))
          return [go, i.mul(h, i.cast(i.reduceMax(found, { keepdims: 0 }), { to: 1 }))]
        }),
      ['Cast', 'Cast', 'Greater', 'Greater', 'Mul', 'Mul', 'NonZero', 'NonZero', 'ReduceMax', 'ReduceMax'],
    ],
  ]
  it.each(written)('writes out %s', async (_, build, left) => {
    const unrolled = await rewritten(controlled(build), { feeds: feeds.filter(({ x }) => x.dims[0] !== 1) })
    expect(operators(unrolled).sort()).toEqual(left)
  })

  const kept: readonly (readonly [string, (b: Builder, inputs: Inputs) => readonly Value[]])[] = [
    ['whose count only a run tells', (b, { x, n }) => loop(b, x, n, grow)],
    [
      'that may end earlier',
      (b, { x }) =>
        loop(b, x, b.scalar('int64', 3), (i, { h }) => [
          i.less(i.reduceMax(h, { keepdims: 0 }), i.scalar('float32', 1)),
          i.exp(h),
        ]),
    ],
    ['that may not start', (b, { x, c }) => loop(b, x, b.scalar('int64', 3), grow, c)],
    ['of many iterations', (b, { x }) => loop(b, x, b.scalar('int64', 100), grow)],
    [
      'whose iterations share a weight',
      (b, { x }) =>
        loop(b, x, b.scalar('int64', 3), (i, { go, h }) => {
          const [up, down] = [weights([4, 32], 1), weights([32, 4], 2)].map((tensor) => i.constant(tensor))
          return [go, up && down ? i.matMul(i.matMul(h, up), down) : h]
        }),
    ],
    [
      'that stacks nothing of dims that only a run tells',
      (b, { x }) => loop(b, x, b.scalar('int64', 0), (i, { go, h }) => [go, h, i.exp(h)]),
    ],
  ]
  it.each(kept)('keeps a Loop %s', async (_, build) => {
    expect(operators(await rewritten(controlled(build), { feeds }))).toContain('Loop')
  })
})
