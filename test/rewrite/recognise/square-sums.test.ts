import { describe, expect, it } from 'vitest'
import type { Builder, Value } from '../../../src/graph/index.ts'
import { rewrittenOperators, tokensModel } from './rewritten.ts'
import { expectSameSpecials } from './special-values.ts'

type Case = readonly [string, (b: Builder, x: Value) => Value, readonly string[]]

const of = (b: Builder, value: number) => b.scalar('float32', value)
const last = (b: Builder) => ({ axes: b.int64s([-1]) })

const SPELLINGS: readonly Case[] = [
  ['√Σx·x, as tf2onnx writes tf.norm', (b, x) => b.sqrt(b.reduceSum(b.mul(x, x), last(b))), ['ReduceL2']],
  ['√Σx², as torch writes it', (b, x) => b.sqrt(b.reduceSum(b.pow(x, of(b, 2)), last(b))), ['ReduceL2']],
  ['(Σx²)^½', (b, x) => b.pow(b.reduceSum(b.pow(x, of(b, 2)), last(b)), of(b, 0.5)), ['ReduceL2']],
  ['√ReduceSumSquare', (b, x) => b.sqrt(b.reduceSumSquare(x, last(b))), ['ReduceL2']],
  [
    'the length over two axes, which go',
    (b, x) => b.sqrt(b.reduceSum(b.mul(x, x), { axes: b.int64s([1, 2]), keepdims: 0 })),
    ['ReduceL2'],
  ],
  ['the length of all', (b, x) => b.sqrt(b.reduceSum(b.mul(x, x))), ['ReduceL2']],
  ['Σx·x', (b, x) => b.reduceSum(b.mul(x, x), last(b)), ['ReduceSumSquare']],
  [
    'a sum with an epsilon under the root',
    (b, x) => b.div(x, b.sqrt(b.add(b.reduceSum(b.mul(x, x), last(b)), of(b, 1e-6)))),
    ['ReduceSumSquare', 'Add', 'Sqrt', 'Div'],
  ],
  [
    'a normalised embedding, as TensorFlow writes it',
    (b, x) => b.div(x, b.sqrt(b.max([b.reduceSum(b.mul(x, x), last(b)), of(b, 1e-12)]))),
    ['ReduceSumSquare', 'Max', 'Sqrt', 'Div'],
  ],
]

const int32 = 6
const float32 = 1

const LEFT: readonly Case[] = [
  [
    'a product of two values',
    (b, x) => b.reduceSum(b.mul(x, b.sin(x)), last(b)),
    ['Sin', 'Mul', 'ReduceSum'],
  ],
  ['a cube', (b, x) => b.reduceSum(b.pow(x, of(b, 3)), last(b)), ['Pow', 'ReduceSum']],
  [
    'squares that are read elsewhere',
    (b, x) => {
      const square = b.mul(x, x)
      return b.div(square, b.reduceSum(square, last(b)))
    },
    ['Mul', 'ReduceSum', 'Div'],
  ],
  [
    'a sum that is read elsewhere keeps its root',
    (b, x) => {
      const sum = b.reduceSum(b.mul(x, x), last(b))
      return b.div(b.sqrt(sum), b.add(sum, of(b, 1)))
    },
    ['ReduceSumSquare', 'Sqrt', 'Add', 'Div'],
  ],
  ['another root', (b, x) => b.pow(b.reduceSumSquare(x, last(b)), of(b, 0.25)), ['ReduceSumSquare', 'Pow']],
  [
    'integers, for which the target has no kernel',
    (b, x) => {
      const whole = b.cast(x, { to: int32 })
      return b.cast(b.reduceSum(b.mul(whole, whole), last(b)), { to: float32 })
    },
    ['Cast', 'Mul', 'ReduceSum', 'Cast'],
  ],
]

describe('recognise-square-sums', () => {
  it.each(SPELLINGS)('%s', async (_, build, wanted) => {
    expect(await rewrittenOperators(tokensModel(build))).toEqual(wanted)
  })

  it.each(SPELLINGS)('gives NaN and infinities as before: %s', async (_, build) => {
    await expectSameSpecials(tokensModel(build))
  })

  it.each(LEFT)('leaves %s', async (_, build, wanted) => {
    expect(await rewrittenOperators(tokensModel(build))).toEqual(wanted)
  })
})
