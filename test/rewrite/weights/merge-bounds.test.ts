import { describe, expect, it } from 'vitest'
import type { Builder, Value } from '../../../src/graph/index.ts'
import { mergeBounds } from '../../../src/rewrite/passes/weights/merge-bounds.ts'
import { type Build, networkOf, operatorsAfter } from './networks.ts'

const number = (b: Builder, value: number): Value => b.scalar('float32', value)
const clip = (b: Builder, x: Value, min?: number, max?: number): Value =>
  b.clip(x, {
    min: min === undefined ? undefined : number(b, min),
    max: max === undefined ? undefined : number(b, max),
  })

type Case = readonly [name: string, build: Build, left: readonly string[]]

const CASES: readonly Case[] = [
  ['Relu and Relu', (b, x) => b.relu(b.relu(x)), ['Relu']],
  ['Relu and Clip', (b, x) => clip(b, b.relu(x), -1, 0.5), ['Clip']],
  ['Clip and Relu', (b, x) => b.relu(clip(b, x, -0.5, 0.5)), ['Clip']],
  ['Clip and Clip, apart', (b, x) => clip(b, clip(b, x, -0.5, -0.2), 0.1, 0.5), ['Clip']],
  ['Min and Max', (b, x) => b.max([b.min([x, number(b, 0.5)]), number(b, -0.25)]), ['Clip']],
  ['Max and Min, numbers on the left', (b, x) => b.min([number(b, 0.5), b.max([number(b, 0), x])]), ['Clip']],
  ['lower bounds alone', (b, x) => b.max([clip(b, x, -0.5), number(b, 0)]), ['Relu']],
]

const LEFT: readonly Case[] = [
  [
    'a bound between',
    (b, x) => {
      const y = b.relu(x)
      return b.add(clip(b, y, 0, 0.5), y)
    },
    ['Relu', 'Clip', 'Add'],
  ],
  ['bounds in the wrong order', (b, x) => b.relu(clip(b, x, 0.5, -0.5)), ['Clip', 'Relu']],
  [
    'a bound that nothing but infinity reaches',
    (b, x) => b.reciprocal(b.max([b.max([x, number(b, Number.POSITIVE_INFINITY)]), number(b, 0)])),
    ['Max', 'Max', 'Reciprocal'],
  ],
  [
    'a bound that nothing but −infinity is below',
    (b, x) => b.reciprocal(b.min([b.min([x, number(b, Number.NEGATIVE_INFINITY)]), number(b, 0)])),
    ['Min', 'Min', 'Reciprocal'],
  ],
  ['bounds that are computed', (b, x) => b.relu(b.max([x, b.reduceMean(x)])), ['ReduceMean', 'Max', 'Relu']],
  [
    'a bound of higher rank',
    (b, x) => b.relu(b.max([x, b.reshape(number(b, 0.5), b.int64s([1, 1, 1]))])),
    ['Max', 'Relu'],
  ],
]

describe('merge-bounds', () => {
  it.each(CASES)('makes one of %s', async (_, build, left) => {
    expect(await operatorsAfter([mergeBounds], networkOf(['N', 7], build))).toEqual(left)
  })

  it.each(LEFT)('leaves %s', async (_, build, left) => {
    expect(await operatorsAfter([mergeBounds], networkOf(['N', 7], build))).toEqual(left)
  })
})
