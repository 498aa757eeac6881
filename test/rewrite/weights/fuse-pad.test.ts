import { describe, expect, it } from 'vitest'
import type { Builder, Value } from '../../../src/graph/index.ts'
import { fusePad } from '../../../src/rewrite/passes/weights/fuse-pad.ts'
import { weights } from '../small-models.ts'
import { type Build, networkOf, operatorsAfter } from './networks.ts'

const IMAGE = ['N', 4, 5, 5] as const
const kernel = { kernel_shape: [3, 3] }
const AROUND = [0, 0, 1, 1, 0, 0, 1, 2]

const pad = (b: Builder, x: Value, amounts: readonly number[] = AROUND, value?: number): Value =>
  b.pad(x, b.int64s(amounts), {
    constant_value: value === undefined ? undefined : b.scalar('float32', value),
  })
const conv = (b: Builder, x: Value, options = {}): Value =>
  b.conv(x, b.constant(weights([6, 4, 3, 3])), options)

type Case = readonly [name: string, build: Build, left: readonly string[]]

const CASES: readonly Case[] = [
  ['Conv', (b, x) => conv(b, pad(b, x)), ['Conv']],
  [
    'a Conv that pads already',
    (b, x) => conv(b, pad(b, x, AROUND, 0), { pads: [1, 0, 2, 0], strides: [2, 2] }),
    ['Conv'],
  ],
  ['a Conv that pads nothing by name', (b, x) => conv(b, pad(b, x), { auto_pad: 'VALID' }), ['Conv']],
  [
    'a Conv, of named axes',
    (b, x) => conv(b, b.pad(x, b.int64s([1, 2]), { axes: b.int64s([-1]) })),
    ['Conv'],
  ],
  ['AveragePool', (b, x) => b.averagePool(pad(b, x), kernel), ['AveragePool']],
  [
    'an AveragePool that counts its own',
    (b, x) => b.averagePool(pad(b, x), { ...kernel, pads: [1, 0, 0, 0], count_include_pad: 1 }),
    ['AveragePool'],
  ],
  [
    'MaxPool, of −∞',
    (b, x) => b.maxPool(pad(b, x, AROUND, Number.NEGATIVE_INFINITY), { ...kernel, strides: [2, 2] }),
    ['MaxPool'],
  ],
  ['MaxPool, of 0 behind Relu', (b, x) => b.maxPool(pad(b, b.relu(x)), kernel), ['Relu', 'MaxPool']],
]

const LEFT: readonly Case[] = [
  ['other values', (b, x) => conv(b, pad(b, x, AROUND, 1)), ['Pad', 'Conv']],
  ['reflections', (b, x) => conv(b, b.pad(x, b.int64s(AROUND), { mode: 'reflect' })), ['Pad', 'Conv']],
  [
    'channels',
    (b, x) => b.conv(pad(b, x, [0, 1, 0, 0, 0, 1, 0, 0]), b.constant(weights([6, 6, 3, 3]))),
    ['Pad', 'Conv'],
  ],
  ['what is cut off', (b, x) => conv(b, pad(b, x, [0, 0, -1, 1, 0, 0, 0, 0])), ['Pad', 'Conv']],
  ['what depends on the size', (b, x) => conv(b, pad(b, x), { auto_pad: 'SAME_UPPER' }), ['Pad', 'Conv']],
  [
    'an average that does not count its own',
    (b, x) => b.averagePool(pad(b, x), { ...kernel, pads: [1, 0, 0, 0] }),
    ['Pad', 'AveragePool'],
  ],
  [
    'a maximum in ceiling mode',
    (b, x) =>
      b.maxPool(
        pad(
          b,
          b.relu(b.slice(x, b.int64s([0, 0]), b.int64s([4, 4]), { axes: b.int64s([2, 3]) })),
          [0, 0, 0, 0, 0, 0, 1, 1],
        ),
        {
          kernel_shape: [2, 2],
          strides: [2, 2],
          ceil_mode: 1,
        },
      ),
    ['Slice', 'Relu', 'Pad', 'MaxPool'],
  ],
  [
    'an average in ceiling mode',
    (b, x) => b.averagePool(pad(b, x), { ...kernel, ceil_mode: 1, strides: [2, 2] }),
    ['Pad', 'AveragePool'],
  ],
  ['0 before MaxPool where less may be', (b, x) => b.maxPool(pad(b, x), kernel), ['Pad', 'MaxPool']],
  [
    'whole windows',
    (b, x) => b.averagePool(pad(b, x, [0, 0, 3, 0, 0, 0, 0, 0]), kernel),
    ['Pad', 'AveragePool'],
  ],
]

describe('fuse-pad', () => {
  it.each(CASES)('gives what is padded to %s', async (_, build, left) => {
    expect(await operatorsAfter([fusePad], networkOf(IMAGE, build))).toEqual(left)
  })

  it.each(LEFT)('leaves %s', async (_, build, left) => {
    expect(await operatorsAfter([fusePad], networkOf(IMAGE, build))).toEqual(left)
  })
})
