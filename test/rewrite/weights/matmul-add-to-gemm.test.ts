import { describe, expect, it } from 'vitest'
import type { Builder, Value } from '../../../src/graph/index.ts'
import { matMulAddToGemm } from '../../../src/rewrite/passes/weights/matmul-add-to-gemm.ts'
import { weights } from '../small-models.ts'
import { type Build, networkOf, operatorsAfter } from './networks.ts'

const constant = (b: Builder, dims: number[], seed = 2): Value => b.constant(weights(dims, seed))
const product = (b: Builder, x: Value): Value => b.matMul(x, constant(b, [6, 4]))

type Case = readonly [name: string, dims: readonly (number | string)[], build: Build, left: readonly string[]]

const CASES: readonly Case[] = [
  ['a bias', ['N', 6], (b, x) => b.add(product(b, x), constant(b, [4])), ['Gemm']],
  [
    'a bias on the left, of two axes',
    ['N', 6],
    (b, x) => b.add(constant(b, [1, 4]), product(b, x)),
    ['Gemm'],
  ],
  ['a number', ['N', 6], (b, x) => b.add(product(b, x), b.scalar('float32', 3)), ['Gemm']],
  ['a column', [3, 6], (b, x) => b.add(product(b, x), constant(b, [3, 1])), ['Gemm']],
  ['a matrix', [3, 6], (b, x) => b.add(product(b, x), constant(b, [3, 4])), ['Gemm']],
]

const LEFT: readonly Case[] = [
  ['stacks of matrices', ['N', 'L', 6], (b, x) => b.add(product(b, x), constant(b, [4])), ['MatMul', 'Add']],
  [
    'a bias that repeats the rows',
    [1, 6],
    (b, x) => b.add(product(b, x), constant(b, [3, 4])),
    ['MatMul', 'Add'],
  ],
  [
    'a bias that may repeat the rows',
    ['N', 6],
    (b, x) => b.add(product(b, x), constant(b, [2, 4])),
    ['MatMul', 'Add'],
  ],
  [
    'a bias of higher rank',
    ['N', 6],
    (b, x) => b.add(product(b, x), constant(b, [1, 1, 4])),
    ['MatMul', 'Add'],
  ],
  [
    'a product that is read elsewhere',
    ['N', 6],
    (b, x) => {
      const y = product(b, x)
      return b.add(b.add(y, constant(b, [4])), y)
    },
    ['MatMul', 'Add', 'Add'],
  ],
]

describe('matmul-add-to-gemm', () => {
  it.each(CASES)('makes one of a product and %s', async (_, dims, build, left) => {
    expect(await operatorsAfter([matMulAddToGemm], networkOf(dims, build))).toEqual(left)
  })

  it.each(LEFT)('leaves %s', async (_, dims, build, left) => {
    expect(await operatorsAfter([matMulAddToGemm], networkOf(dims, build))).toEqual(left)
  })
})
