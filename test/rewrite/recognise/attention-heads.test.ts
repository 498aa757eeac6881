import { describe, expect, it } from 'vitest'
import {
  type Builder,
  composites,
  createBuilder,
  Model,
  symbol,
  tensorOf,
  tensorType,
  type Value,
  verify,
} from '../../../src/graph/index.ts'
import { rewrite } from '../../../src/rewrite/index.ts'
import { expectSameResults } from '../../support/expect-same-results.ts'
import { seededFloats } from '../../support/run-model.ts'
import { apart, heads, joined, project, scoresOf, turned } from './attention-parts.ts'
import { rewrittenOperators, tokensModel } from './rewritten.ts'

/** One head's half of the features turned against the other, by place, as transformers writes it. */
function rotated(b: Builder, x: Value, places: Value): Value {
  const low = b.slice(x, b.int64s([0]), b.int64s([2]), { axes: b.int64s([3]) })
  const high = b.slice(x, b.int64s([2]), b.int64s([2 ** 40]), { axes: b.int64s([3]) })
  const across = b.concat([b.neg(high), low], { axis: -1 })
  return b.add(b.mul(x, b.cos(places)), b.mul(across, b.sin(places)))
}

/** Angles of places and features, [S, 4]; behind them axes as `axes` says. */
function angles(b: Builder, x: Value, axes: readonly number[]): Value {
  const s = b.squeeze(b.shape(x, { start: 1, end: 2 }))
  const places = composites.cast(b, b.range(b.scalar('int64', 0), s, b.scalar('int64', 1)), 'float32')
  const rates = b.constant(tensorOf('float32', [4], [1, 0.1, 1, 0.1]))
  return b.unsqueeze(b.mul(b.unsqueeze(places, b.int64s([1])), rates), b.int64s(axes))
}

const triangle = (b: Builder, scores: Value, x: Value): Value => {
  const s = b.shape(x, { start: 1, end: 2 })
  const ones = b.constantOfShape(b.concat([s, s], { axis: 0 }), { value: tensorOf('float32', [1], [-1e4]) })
  return b.add(scores, b.trilu(ones, { k: b.scalar('int64', 1), upper: 1 }))
}

const parts = (b: Builder, x: Value): readonly [Value, Value, Value] => [
  project(b, x, 8, 1),
  project(b, x, 8, 3),
  project(b, x, 8, 5),
]

const mixed = (b: Builder, scores: Value, v: Value): Value => joined(b, b.matMul(b.softmax(scores), v))

/** A head of the first half of the features for each of two queries. */
function shared(b: Builder, x: Value): Value {
  const half = b.slice(x, b.int64s([0]), b.int64s([4]), { axes: b.int64s([2]) })
  const one = b.unsqueeze(b.unsqueeze(half, b.int64s([1])), b.int64s([2]))
  const [n, s] = [0, 1].map((at) => b.shape(x, { start: at, end: at + 1 }))
  if (!n || !s) return x
  const spread = b.expand(one, b.concat([n, b.int64s([1, 2]), s, b.int64s([4])], { axis: 0 }))
  return b.reshape(spread, b.concat([n, b.int64s([2]), s, b.int64s([4])], { axis: 0 }))
}

const FUSED: readonly (readonly [string, (b: Builder, x: Value) => Value])[] = [
  [
    'query and key that are turned by their place',
    (b, x) => {
      const [q, k, v] = parts(b, x)
      const places = angles(b, x, [0, 1])
      const [query, key] = [q, k].map((part) => rotated(b, heads(b, part), places))
      return query && key ? mixed(b, triangle(b, scoresOf(b, query, key), x), heads(b, v)) : x
    },
  ],
  [
    'the same before heads are moved',
    (b, x) => {
      const [q, k, v] = parts(b, x)
      const places = angles(b, x, [0, 2])
      const [query, key] = [q, k].map((part) =>
        b.transpose(rotated(b, apart(b, part), places), { perm: [0, 2, 1, 3] }),
      )
      return query && key ? mixed(b, triangle(b, scoresOf(b, query, key), x), heads(b, v)) : x
    },
  ],
  [
    'a query alone that something is done to by heads',
    (b, x) => {
      const [q, k, v] = parts(b, x)
      return mixed(b, scoresOf(b, b.tanh(heads(b, q)), heads(b, k)), heads(b, v))
    },
  ],
  [
    'values that something is done to by heads',
    (b, x) => {
      const [q, k, v] = parts(b, x)
      return mixed(b, scoresOf(b, heads(b, q), heads(b, k)), b.tanh(heads(b, v)))
    },
  ],
  [
    'heads of keys and values that queries share',
    (b, x) => {
      const [q, k, v] = parts(b, x)
      return mixed(b, triangle(b, scoresOf(b, heads(b, q), shared(b, k)), x), shared(b, v))
    },
  ],
]

const LEFT: typeof FUSED = [
  [
    'keys that come turned already: a Transpose would move what a product reads as it is',
    (b, x) => {
      const [q, k, v] = parts(b, x)
      return mixed(b, b.matMul(heads(b, q), b.tanh(turned(b, heads(b, k)))), heads(b, v))
    },
  ],
  [
    'keys of one head for all queries, by broadcasting',
    (b, x) => {
      const [q, k, v] = parts(b, x)
      const one = b.slice(heads(b, k), b.int64s([0]), b.int64s([1]), { axes: b.int64s([1]) })
      return mixed(b, scoresOf(b, heads(b, q), b.tanh(one)), heads(b, v))
    },
  ],
  [
    'values by heads that are smaller than the keys',
    (b, x) => {
      const [q, k, v] = parts(b, x)
      const small = b.tanh(b.slice(heads(b, v), b.int64s([0]), b.int64s([3]), { axes: b.int64s([3]) }))
      const y = b.matMul(b.softmax(scoresOf(b, heads(b, q), heads(b, k))), small)
      return b.reshape(b.transpose(y, { perm: [0, 2, 1, 3] }), b.int64s([0, 0, 6]))
    },
  ],
]

/** Tokens x behind a cache of P, whose new state is given too. */
function cached(): Model {
  const model = new Model()
  for (const [name, hint] of [
    ['N', 2],
    ['S', 3],
    ['P', 4],
  ] as const)
    model.dynamicDim(name, { hint })
  const [n, s, p] = ['N', 'S', 'P'].map((name) => symbol(name))
  if (!n || !s || !p) return model
  const x = model.graph.addInput('x', tensorType('float32', [n, s, 8]))
  const past = ['past_key', 'past_value'].map((name) =>
    model.graph.addInput(name, tensorType('float32', [n, 2, p, 4])),
  )
  const b = createBuilder(model)
  const [q, ...fresh] = parts(b, x)
  const [key = x, value = x] = fresh.map((part, index) => {
    const before = past[index]
    return before ? b.concat([before, heads(b, part)], { axis: 2 }) : part
  })
  model.graph.addOutput('y', mixed(b, scoresOf(b, heads(b, q), key), value))
  model.graph.addOutput('present_key', key)
  model.graph.addOutput('present_value', value)
  return model
}

const floats = (dims: readonly number[], seed: number) =>
  ({
    dtype: 'float32',
    dims,
    data: seededFloats(
      dims.reduce((count, dim) => count * dim, 1),
      seed,
    ),
  }) as const

describe('recognise-attention by heads', () => {
  it.each(FUSED)('takes %s', async (_, build) => {
    const operators = await rewrittenOperators(tokensModel(build))
    expect(operators).toContain('MultiHeadAttention')
    expect(operators).not.toContain('Softmax')
  })

  it.each(LEFT)('leaves %s', async (_, build) => {
    expect(await rewrittenOperators(tokensModel(build))).not.toContain('MultiHeadAttention')
  })

  it('takes keys and values behind a cache, and gives its new state', async () => {
    const model = cached()
    const copy = model.clone()
    rewrite(copy, { level: 'all', onPass: () => verify(copy, { inference: true }) })
    const operators = [...copy.graph.allNodes()].map(({ op }) => op)
    expect(operators).toContain('MultiHeadAttention')
    expect(operators).not.toContain('Softmax')
    for (const [n, s, p] of [
      [2, 3, 4],
      [1, 1, 7],
      [3, 2, 0],
    ] as const) {
      const past = (seed: number) => floats([n, 2, p, 4], seed)
      const feeds = { x: floats([n, s, 8], 1), past_key: past(2), past_value: past(3) }
      await expectSameResults(copy, model, feeds, 1e-5)
    }
  })
})
