import { describe, expect, it } from 'vitest'
import type { Builder, Value } from '../../../src/graph/index.ts'
import { rewrittenOperators, tokensModel } from './rewritten.ts'
import { expectSameSpecials } from './special-values.ts'

type Case = readonly [string, (b: Builder, x: Value) => Value, readonly string[]]

const last = (b: Builder) => ({ axes: b.int64s([-1]) })
const dropped = (b: Builder) => ({ axes: b.int64s([-1]), keepdims: 0 })
const shifted = (b: Builder, x: Value) => b.sub(x, b.reduceMax(x, last(b)))
const sum = (b: Builder, e: Value) => b.reduceSum(e, last(b))

const SPELLINGS: readonly Case[] = [
  [
    'e/Σe, as Keras and tf2onnx write it',
    (b, x) => {
      const e = b.exp(shifted(b, x))
      return b.div(e, sum(b, e))
    },
    ['Softmax'],
  ],
  [
    'e·(1/Σe) with the maximum added as a negative, the axis counted from the front',
    (b, x) => {
      const axes = { axes: b.int64s([2]) }
      const e = b.exp(b.add(b.neg(b.reduceMax(x, axes)), x))
      return b.mul(b.reciprocal(b.reduceSum(e, axes)), e)
    },
    ['Softmax'],
  ],
  [
    'reductions that drop the axis, and put it back',
    (b, x) => {
      const e = b.exp(b.sub(x, b.unsqueeze(b.reduceMax(x, dropped(b)), b.int64s([-1]))))
      return b.div(e, b.unsqueeze(b.reduceSum(e, dropped(b)), b.int64s([-1])))
    },
    ['Softmax'],
  ],
  [
    'a softmax that is scaled',
    (b, x) => {
      const e = b.exp(shifted(b, x))
      return b.mul(b.div(e, sum(b, e)), b.scalar('float32', 0.3))
    },
    ['Softmax', 'Mul'],
  ],
  [
    '(x − m) − log Σe',
    (b, x) => {
      const d = shifted(b, x)
      return b.sub(d, b.log(sum(b, b.exp(d))))
    },
    ['LogSoftmax'],
  ],
]

const LEFT: readonly Case[] = [
  [
    'no maximum: of 100 the exponential is infinite',
    (b, x) => {
      const e = b.exp(x)
      return b.div(e, sum(b, e))
    },
    ['Exp', 'ReduceSum', 'Div'],
  ],
  [
    'the maximum of everything: of a row far below it all vanishes',
    (b, x) => {
      const e = b.exp(b.sub(x, b.reduceMax(x, { axes: b.int64s([1, 2]) })))
      return b.div(e, sum(b, e))
    },
    ['ReduceMax', 'Sub', 'Exp', 'ReduceSum', 'Div'],
  ],
  [
    'x − (m + log Σe), rounded to the precision of m',
    (b, x) => {
      const m = b.reduceMax(x, last(b))
      return b.sub(x, b.add(b.log(sum(b, b.exp(b.sub(x, m)))), m))
    },
    ['ReduceMax', 'Sub', 'Exp', 'ReduceSum', 'Log', 'Add', 'Sub'],
  ],
  ['the logarithm of a softmax: −∞ where that vanishes', (b, x) => b.log(b.softmax(x)), ['Softmax', 'Log']],
  [
    'x less its log-sum-exp: of +∞ that is NaN, and −∞ beside it',
    (b, x) => b.sub(x, b.reduceLogSumExp(x, last(b))),
    ['ReduceLogSumExp', 'Sub'],
  ],
  [
    'another axis than the last',
    (b, x) => {
      const axes = { axes: b.int64s([1]) }
      const e = b.exp(b.sub(x, b.reduceMax(x, axes)))
      return b.div(e, b.reduceSum(e, axes))
    },
    ['ReduceMax', 'Sub', 'Exp', 'ReduceSum', 'Div'],
  ],
  [
    'a mean in the place of the sum',
    (b, x) => {
      const e = b.exp(shifted(b, x))
      return b.div(e, b.reduceMean(e, last(b)))
    },
    ['ReduceMax', 'Sub', 'Exp', 'ReduceMean', 'Div'],
  ],
  [
    'a sum that is read elsewhere',
    (b, x) => {
      const e = b.exp(shifted(b, x))
      const s = sum(b, e)
      return b.add(b.div(e, s), b.sin(s))
    },
    ['ReduceMax', 'Sub', 'Exp', 'ReduceSum', 'Div', 'Sin', 'Add'],
  ],
  [
    'one that is added to the sum',
    (b, x) => {
      const e = b.exp(shifted(b, x))
      return b.div(e, b.add(sum(b, e), b.scalar('float32', 1)))
    },
    ['ReduceMax', 'Sub', 'Exp', 'ReduceSum', 'Add', 'Div'],
  ],
]

describe('recognise-softmaxes', () => {
  it.each(SPELLINGS)('%s', async (_, build, wanted) => {
    expect(await rewrittenOperators(tokensModel(build))).toEqual(wanted)
  })

  it.each(SPELLINGS)('gives NaN and infinities as before: %s', async (_, build) => {
    await expectSameSpecials(tokensModel(build))
  })

  it('leaves a log-softmax of float64, whose kernel passes over NaN', async () => {
    const logSoftmax = (b: Builder, x: Value) => {
      const d = shifted(b, x)
      return b.sub(d, b.log(sum(b, b.exp(d))))
    }
    expect(
      await rewrittenOperators(tokensModel((b, x) => logSoftmax(b, b.cast(x, { to: 11 })))),
    ).not.toContain('LogSoftmax')
  })

  it.each(LEFT)('leaves %s', async (_, build, wanted) => {
    expect(await rewrittenOperators(tokensModel(build))).toEqual(wanted)
  })
})
