import { describe, expect, it } from 'vitest'
import type { Builder, Value } from '../../src/graph/index.ts'
import { OutputComparison } from '../../src/validate/index.ts'
import { modelOf, noise, quantized, run } from './toy-models.ts'

type Make = (b: Builder, x: Value) => Value

/** Every shape of layer that the exact form takes loads, runs, and stays near float. */
const FORMS: readonly (readonly [string, number[], Make])[] = [
  ['a vector times a matrix', [128], (b, x) => b.matMul(x, b.constant(noise([128, 40])))],
  ['tokens of rank 4 times a matrix', [2, 3, 4, 128], (b, x) => b.matMul(x, b.constant(noise([128, 40])))],
  [
    'a stack times a stack that broadcasts',
    [3, 5, 128],
    (b, x) => b.matMul(x, b.constant(noise([2, 1, 128, 40]))),
  ],
  ['Gemm without bias', [4, 128], (b, x) => b.gemm(x, b.constant(noise([128, 40])))],
  [
    'Gemm with a matrix of biases',
    [4, 128],
    (b, x) => b.gemm(x, b.constant(noise([128, 40])), { C: b.constant(noise([4, 40])) }),
  ],
  [
    'Gemm with a bias computed at run time, and beta',
    [4, 128],
    (b, x) => b.gemm(x, b.constant(noise([128, 128])), { C: b.relu(x), beta: 0.5 }),
  ],
  ['Conv1d', [2, 16, 40], (b, x) => b.conv(x, b.constant(noise([8, 16, 5])), { B: b.constant(noise([8])) })],
  [
    'Conv3d',
    [1, 8, 5, 6, 7],
    (b, x) => b.conv(x, b.constant(noise([4, 8, 3, 3, 3])), { B: b.constant(noise([4])) }),
  ],
  [
    'Conv with SAME padding',
    [2, 8, 9, 11],
    (b, x) => b.conv(x, b.constant(noise([8, 8, 3, 3])), { auto_pad: 'SAME_UPPER', strides: [2, 2] }),
  ],
  [
    'Conv with a bias computed at run time',
    [1, 8, 9, 11],
    (b, x) =>
      b.conv(x, b.constant(noise([8, 8, 3, 3])), {
        B: b.reduceMax(x, { axes: b.int64s([0, 2, 3]), keepdims: 0 }),
      }),
  ],
]

describe('int8-dynamic of', () => {
  it.each(FORMS)('%s', async (_, dims, make) => {
    const float = modelOf(dims, make)
    const { model, layers } = quantized(float, 'int8-dynamic')
    expect(layers.map(({ scheme }) => scheme)).toEqual(['int8-dynamic'])
    const [before, after] = [await run(float, noise(dims, 5)), await run(model, noise(dims, 5))]
    expect(after.y.dims).toEqual(before.y.dims)
    expect(model.graph.outputs[0]?.value.dims).toEqual(before.y.dims)
    const comparison = new OutputComparison('y')
    comparison.add(before.y, after.y)
    expect(comparison.metrics.sqnrDb).toBeGreaterThan(32)
  })
})
