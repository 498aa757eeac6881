import { describe, expect, it } from 'vitest'
import { meanToGlobalPool } from '../../../src/rewrite/passes/weights/mean-to-global-pool.ts'
import { type Build, networkOf, operatorsAfter } from './networks.ts'

type Case = readonly [name: string, dims: readonly (number | string)[], build: Build, left: readonly string[]]

const CASES: readonly Case[] = [
  [
    'a mean over the image',
    ['N', 3, 4, 5],
    (b, x) => b.flatten(b.reduceMean(x, { axes: b.int64s([2, 3]) })),
    ['GlobalAveragePool', 'Flatten'],
  ],
  [
    'axes from the end, in any order',
    ['N', 3, 4, 'L'],
    (b, x) => b.flatten(b.reduceMean(x, { axes: b.int64s([-1, 2]) })),
    ['GlobalAveragePool', 'Flatten'],
  ],
  [
    'a mean over a sequence',
    ['N', 3, 'L'],
    (b, x) => b.flatten(b.reduceMean(x, { axes: b.int64s([2]) })),
    ['GlobalAveragePool', 'Flatten'],
  ],
  [
    'a window as large as the image',
    ['N', 3, 4, 5],
    (b, x) => b.averagePool(x, { kernel_shape: [4, 5], strides: [4, 5] }),
    ['GlobalAveragePool'],
  ],
]

const LEFT: readonly Case[] = [
  [
    'a mean without its axes',
    ['N', 3, 4, 5],
    (b, x) => b.flatten(b.reduceMean(x, { axes: b.int64s([2, 3]), keepdims: 0 })),
    ['ReduceMean', 'Flatten'],
  ],
  [
    'a mean over channels',
    ['N', 3, 4, 5],
    (b, x) => b.flatten(b.reduceMean(x, { axes: b.int64s([1, 2, 3]) })),
    ['ReduceMean', 'Flatten'],
  ],
  [
    'a mean that is taken away',
    ['N', 3, 4, 5],
    (b, x) => b.sub(x, b.reduceMean(x, { axes: b.int64s([2, 3]) })),
    ['ReduceMean', 'Sub'],
  ],
  ['a smaller window', ['N', 3, 4, 5], (b, x) => b.averagePool(x, { kernel_shape: [4, 4] }), ['AveragePool']],
  [
    'a window of an open size',
    ['N', 3, 4, 'L'],
    (b, x) => b.averagePool(x, { kernel_shape: [4, 3] }),
    ['AveragePool'],
  ],
  [
    'a padded window',
    ['N', 3, 4, 5],
    (b, x) => b.averagePool(x, { kernel_shape: [4, 5], pads: [0, 1, 0, 0] }),
    ['AveragePool'],
  ],
  [
    'a window that is padded to keep the size',
    ['N', 3, 4, 5],
    (b, x) => b.averagePool(x, { kernel_shape: [4, 5], auto_pad: 'SAME_UPPER' }),
    ['AveragePool'],
  ],
]

describe('mean-to-global-pool', () => {
  it.each(CASES)('replaces %s', async (_, dims, build, left) => {
    expect(await operatorsAfter([meanToGlobalPool], networkOf(dims, build))).toEqual(left)
  })

  it.each(LEFT)('leaves %s', async (_, dims, build, left) => {
    expect(await operatorsAfter([meanToGlobalPool], networkOf(dims, build))).toEqual(left)
  })
})
