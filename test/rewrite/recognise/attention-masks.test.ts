import { describe, expect, it } from 'vitest'
import { type Builder, composites, tensorOf, type Value } from '../../../src/graph/index.ts'
import { rewrite } from '../../../src/rewrite/index.ts'
import { runModel, seededFloats } from '../../support/run-model.ts'
import { heads, joined, project, scoresOf } from './attention-parts.ts'
import { rewrittenOperators, tokensModel } from './rewritten.ts'

const LOWEST = -3.4028234663852886e38
const NONE = Number.NEGATIVE_INFINITY

/** From scores to weights. */
type Weigh = (b: Builder, scores: Value, x: Value) => Value

function attention(weigh: Weigh, behind = (_: Builder, mixed: Value, __: Value) => mixed) {
  return (b: Builder, x: Value): Value => {
    const [q = x, k = x, v = x] = [1, 3, 5].map((seed) => heads(b, project(b, x, 8, seed)))
    return joined(b, behind(b, b.matMul(weigh(b, scoresOf(b, q, k), x), v), x))
  }
}

const number = (b: Builder, x: Value, value: number) => b.scalar(x.dtype, value)

/** Keys that are shown, [N, 1, 1, S]: of x above a number, so that above 100 none is. */
const shown = (b: Builder, x: Value, above = 0) => {
  const means = b.reduceMean(x, { axes: b.int64s([2]), keepdims: 0 })
  return b.greater(b.unsqueeze(means, b.int64s([1, 2])), number(b, x, above))
}

/** No query sees a key after it, [S, S]. */
function lowerTriangle(b: Builder, x: Value): Value {
  const s = b.shape(x, { start: 1, end: 2 })
  const ones = b.constantOfShape(b.concat([s, s], { axis: 0 }), { value: tensorOf('int32', [1], [1]) })
  return composites.cast(b, b.trilu(ones, { upper: 0 }), 'bool')
}

const choice = (b: Builder, condition: Value, x: Value, hidden: number) =>
  b.where(condition, number(b, x, 0), number(b, x, hidden))

/** torch's scaled_dot_product_attention, as both of its exporters write it. */
function safe(b: Builder, scores: Value): Value {
  const weights = b.softmax(scores)
  return b.where(b.isNaN(weights), number(b, scores, 0), weights)
}

const added =
  (hidden: number, above = 0): Weigh =>
  (b, scores, x) =>
    safe(b, b.add(scores, choice(b, shown(b, x, above), x, hidden)))

const replaced =
  (hidden: number, above = 0): Weigh =>
  (b, scores, x) =>
    b.softmax(b.where(shown(b, x, above), scores, number(b, x, hidden)))

/** What no key is left for is 0, by the mask: the form of a model read from PyTorch. */
const zeroRows = (mask: (b: Builder, x: Value) => Value) => (b: Builder, mixed: Value, x: Value) => {
  const any = b.reduceMax(composites.cast(b, mask(b, x), 'int32'), { axes: b.int64s([-1]), keepdims: 1 })
  return b.where(b.equal(any, b.scalar('int32', 0)), number(b, x, 0), mixed)
}

const FUSED: readonly (readonly [string, (b: Builder, x: Value) => Value, readonly string[]])[] = [
  ['a safe softmax without a mask', attention((b, scores) => safe(b, scores)), []],
  ['a safe softmax, hidden by the lowest number', attention(added(LOWEST)), ['Where']],
  ['the same without any key', attention(added(LOWEST, 100)), ['Where']],
  ['a safe softmax, hidden by −∞', attention(added(NONE)), ['Where', 'IsNaN', 'Where']],
  ['the same without any key', attention(added(NONE, 100)), ['Where', 'IsNaN', 'Where']],
  [
    'a safe softmax under a triangle',
    attention((b, scores, x) => safe(b, b.add(scores, choice(b, lowerTriangle(b, x), x, LOWEST)))),
    ['Trilu', 'Where'],
  ],
  ['scores replaced by the lowest number', attention(replaced(LOWEST)), ['Where']],
  ['the same without any key', attention(replaced(LOWEST, 100)), ['Where']],
  ['scores replaced by −10⁹, without any key', attention(replaced(-1e9, 100)), ['Where']],
  [
    'scores replaced where a mask hides them',
    attention((b, scores, x) => b.softmax(b.where(b.not(lowerTriangle(b, x)), number(b, x, NONE), scores))),
    ['Trilu', 'Where'],
  ],
  [
    'scores replaced by −∞ and rows without a key by 0',
    attention(
      replaced(NONE, 100),
      zeroRows((b, x) => shown(b, x, 100)),
    ),
    ['Where', 'ReduceMax', 'Where'],
  ],
  [
    'a mask added to scores that another one replaced',
    attention((b, scores, x) => {
      const causal = b.where(lowerTriangle(b, x), scores, number(b, x, LOWEST))
      return b.softmax(b.add(causal, choice(b, shown(b, x), x, LOWEST)))
    }),
    ['Trilu', 'Where', 'Add'],
  ],
  [
    'scores replaced by −∞ behind a mask that is added',
    attention((b, scores, x) => {
      const masked = b.add(scores, choice(b, shown(b, x), x, LOWEST))
      return b.softmax(b.where(lowerTriangle(b, x), masked, number(b, x, NONE)))
    }),
    ['Trilu', 'Where', 'Add'],
  ],
  [
    'a bias for each head, and a mask added to that',
    attention((b, scores, x) => {
      const bias = b.constant(tensorOf('float32', [1, 2, 1, 1], [0.5, -2]))
      const whole = b.mul(bias, composites.cast(b, lowerTriangle(b, x), 'float32'))
      return b.softmax(b.add(b.add(scores, whole), choice(b, shown(b, x), x, LOWEST)))
    }),
    ['Trilu', 'Add'],
  ],
]

const LEFT: readonly (readonly [string, (b: Builder, x: Value) => Value])[] = [
  ['scores replaced by a number that scores may be', attention(replaced(-1e4, 100))],
  [
    'scores chosen by themselves',
    attention((b, scores, x) =>
      b.softmax(b.where(b.greater(scores, number(b, x, 0)), scores, number(b, x, LOWEST))),
    ),
  ],
  [
    'scores of a mask replaced by the lowest number: a row without a key weighs all alike',
    attention((b, scores, x) => {
      const masked = b.add(scores, choice(b, shown(b, x), x, LOWEST))
      return b.softmax(b.where(shown(b, x, 100), masked, number(b, x, LOWEST)))
    }),
  ],
  [
    'a mask added to scores replaced by −10⁹',
    attention((b, scores, x) => {
      const causal = b.where(lowerTriangle(b, x), scores, number(b, x, -1e9))
      return b.softmax(b.add(causal, choice(b, shown(b, x), x, LOWEST)))
    }),
  ],
  [
    'two masks of which neither takes up the other',
    attention((b, scores, x) => {
      const masked = b.add(scores, choice(b, shown(b, x), x, -1e6))
      return b.softmax(b.add(masked, composites.cast(b, lowerTriangle(b, x), 'float32')))
    }),
  ],
  [
    'weights of which NaN become another number',
    attention((b, scores, x) => {
      const weights = b.softmax(b.add(scores, choice(b, shown(b, x, 100), x, NONE)))
      return b.where(b.isNaN(weights), number(b, x, 0.5), weights)
    }),
  ],
  [
    'weights that are 0 where others are NaN',
    attention((b, scores, x) => {
      const weights = b.softmax(scores)
      return b.where(b.isNaN(b.softmax(b.add(scores, scores))), number(b, x, 0), weights)
    }),
  ],
  [
    'rows that are 0 for one head alone',
    attention(replaced(LOWEST), (b, mixed, x) =>
      b.where(b.constant(tensorOf('bool', [1, 2, 1, 1], [1, 0])), number(b, x, 0), mixed),
    ),
  ],
  [
    'rows that become another number',
    attention(replaced(LOWEST), (b, mixed, x) => {
      const any = b.reduceMax(mixed, { axes: b.int64s([1, 3]), keepdims: 1 })
      return b.where(b.greater(any, number(b, x, 0)), number(b, x, 1), mixed)
    }),
  ],
]

describe('recognise-attention by masks', () => {
  it.each(FUSED)('takes %s', async (_, build, wanted) => {
    const operators = await rewrittenOperators(tokensModel(build))
    expect(operators).toContain('MultiHeadAttention')
    expect(operators).not.toContain('Softmax')
    expect(operators.filter((op) => LISTED.has(op))).toEqual(expect.arrayContaining([...wanted]))
    expect(operators.filter((op) => op === 'IsNaN')).toEqual(wanted.filter((op) => op === 'IsNaN'))
  })

  it.each(LEFT)('leaves %s', async (_, build) => {
    expect(await rewrittenOperators(tokensModel(build))).not.toContain('MultiHeadAttention')
  })

  it('keeps the NaN of a query that no key is left for', async () => {
    const model = tokensModel(attention(replaced(NONE, 100)))
    const copy = model.clone()
    rewrite(copy, { level: 'all' })
    expect([...copy.graph.allNodes()].map(({ op }) => op)).toContain('MultiHeadAttention')
    const feeds = { x: { dtype: 'float32', dims: [2, 3, 8], data: seededFloats(48) } } as const
    for (const each of [model, copy])
      expect(Array.from((await runModel(each, feeds)).get('y')?.data ?? [], Number)).toEqual(
        Array.from({ length: 48 }, () => Number.NaN),
      )
  })

  it('is exact where scores are large', async () => {
    const large = (weigh: Weigh) => (b: Builder, x: Value) => attention(weigh)(b, b.mul(x, number(b, x, 300)))
    for (const hidden of [LOWEST, -1e9])
      for (const above of [0, 1e5])
        expect(await rewrittenOperators(tokensModel(large(replaced(hidden, above))))).toContain(
          'MultiHeadAttention',
        )
  })

  it('takes float16 where −∞ hides, and leaves it where a number does', async () => {
    const causal =
      (hidden: number): Weigh =>
      (b, scores, x) =>
        safe(b, b.where(lowerTriangle(b, x), scores, number(b, x, hidden)))
    const operatorsOf = (hidden: number) =>
      rewrittenOperators(
        tokensModel((b, x) => {
          const half = composites.cast(b, x, 'float16')
          return composites.cast(b, attention(causal(hidden))(b, half), 'float32')
        }),
        5e-3,
      )
    expect(await operatorsOf(NONE)).toContain('MultiHeadAttention')
    expect(await operatorsOf(-65504)).not.toContain('MultiHeadAttention')
  })

  it('makes one mask for all layers', async () => {
    const layer = attention((b, scores, x) =>
      b.softmax(b.where(lowerTriangle(b, x), scores, number(b, x, NONE))),
    )
    const operators = await rewrittenOperators(tokensModel((b, x) => layer(b, layer(b, x))))
    expect(operators.filter((op) => op === 'MultiHeadAttention')).toHaveLength(2)
    expect(operators.filter((op) => op === 'Where')).toHaveLength(1)
  })

  it('gives a mask of keys to queries of two lengths: an encoder, and the decoder that looks at it', async () => {
    const operators = await rewrittenOperators(
      tokensModel((b, x) => {
        const hidden = choice(b, shown(b, x), x, -1e9)
        const over = (queries: Value, seed: number): Value => {
          const q = heads(b, project(b, queries, 8, seed))
          const [k = x, v = x] = [seed + 2, seed + 4].map((at) => heads(b, project(b, x, 8, at)))
          return joined(b, b.matMul(b.softmax(b.add(scoresOf(b, q, k), hidden)), v))
        }
        return b.concat([over(x, 1), over(b.concat([x, x], { axis: 1 }), 7)], { axis: 1 })
      }),
    )
    expect(operators.filter((op) => op === 'MultiHeadAttention')).toHaveLength(2)
  })
})

const LISTED = new Set(['Where', 'IsNaN', 'Trilu', 'Add', 'ReduceMax'])
