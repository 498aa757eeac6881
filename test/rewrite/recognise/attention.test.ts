import { describe, expect, it } from 'vitest'
import { type Builder, tensorOf, type Value } from '../../../src/graph/index.ts'
import { weights } from '../small-models.ts'
import { heads, joined, scoresOf as plainScores, project, turned } from './attention-parts.ts'
import { rewrittenOperators, tokensModel } from './rewritten.ts'

const half = (b: Builder) => b.scalar('float32', 0.5)

interface Options {
  readonly bias?: boolean
  readonly scores?: (b: Builder, q: Value, k: Value, x: Value) => Value
}

function attention(b: Builder, x: Value, { bias = true, scores = plainScores }: Options = {}): Value {
  const [q, k, v] = [1, 3, 5].map((seed) => heads(b, project(b, x, 8, seed, bias)))
  if (!q || !k || !v) return x
  return joined(b, b.matMul(b.softmax(scores(b, q, k, x)), v))
}

const product = (b: Builder, q: Value, k: Value) => b.matMul(q, turned(b, k))
const key = (b: Builder, x: Value) =>
  b.unsqueeze(b.reduceMean(x, { axes: b.int64s([2]), keepdims: 0 }), b.int64s([1, 2]))
const square = (b: Builder, x: Value) =>
  b.unsqueeze(b.matMul(x, b.transpose(x, { perm: [0, 2, 1] })), b.int64s([1]))

const PROJECTED = ['MatMul', 'MatMul', 'MatMul', 'MultiHeadAttention']

/** One projection for all three, as timm and torch split it. */
function packed(b: Builder, x: Value, take: (b: Builder, parts: Value, index: number) => Value): Value {
  const all = b.reshape(project(b, x, 24, 1), b.int64s([0, 0, 3, 2, 4]))
  const [q, k, v] = [0, 1, 2].map((index) => take(b, all, index))
  return q && k && v ? joined(b, b.matMul(b.softmax(plainScores(b, q, k)), v)) : x
}

const CASES: readonly (readonly [string, (b: Builder, x: Value) => Value, readonly string[]])[] = [
  ['scaled after the product, biases taken along', (b, x) => attention(b, x), PROJECTED],
  ['without biases', (b, x) => attention(b, x, { bias: false }), PROJECTED],
  [
    'divided',
    (b, x) => attention(b, x, { scores: (b, q, k) => b.div(product(b, q, k), b.scalar('float32', 2)) }),
    PROJECTED,
  ],
  [
    'scaled on both sides of the product',
    (b, x) =>
      attention(b, x, { scores: (b, q, k) => b.matMul(b.mul(q, half(b)), b.mul(turned(b, k), half(b))) }),
    PROJECTED,
  ],
  ['not scaled at all', (b, x) => attention(b, x, { scores: product }), PROJECTED],
  [
    'keys turned by a product of three axes',
    (b, x) =>
      attention(b, x, {
        scores: (b, q, k) => {
          const [n, , s] = [0, 1, 2].map((at) => b.shape(k, { start: at, end: at + 1 }))
          if (!n || !s) return q
          const flat = b.reshape(k, b.concat([b.int64s([-1]), s, b.int64s([4])], { axis: 0 }))
          const back = b.concat([n, b.int64s([2, 4]), s], { axis: 0 })
          return b.matMul(q, b.reshape(b.transpose(flat, { perm: [0, 2, 1] }), back))
        },
      }),
    // The bias of the keys stays: their shape is read too.
    ['Add', ...PROJECTED],
  ],
  [
    'a mask for each query',
    (b, x) => attention(b, x, { scores: (b, q, k, x) => b.add(plainScores(b, q, k), square(b, x)) }),
    ['MatMul', 'MatMul', 'MatMul', 'Transpose', 'MatMul', 'Unsqueeze', 'MultiHeadAttention'],
  ],
  [
    'a mask for all queries',
    (b, x) => attention(b, x, { scores: (b, q, k, x) => b.add(key(b, x), plainScores(b, q, k)) }),
    [
      'MatMul',
      'MatMul',
      'MatMul',
      'ReduceMean',
      'Unsqueeze',
      'Shape',
      'Concat',
      'Expand',
      'MultiHeadAttention',
    ],
  ],
  [
    'parts of one projection by Gather',
    (b, x) =>
      packed(b, x, (b, all, index) =>
        b.gather(b.transpose(all, { perm: [2, 0, 3, 1, 4] }), b.scalar('int64', index), { axis: 0 }),
      ),
    ['MatMul', 'Split', 'MultiHeadAttention'],
  ],
  [
    'parts of one projection by Slice and Squeeze',
    (b, x) =>
      packed(b, x, (b, all, index) => {
        const moved = b.transpose(all, { perm: [2, 0, 3, 1, 4] })
        const part = b.slice(moved, b.int64s([index]), b.int64s([index + 1]), { axes: b.int64s([0]) })
        return b.squeeze(part, { axes: b.int64s([0]) })
      }),
    ['MatMul', 'Split', 'MultiHeadAttention'],
  ],
  [
    'the sequence first, heads in the batch, as torch’s MultiheadAttention',
    (b, x) => {
      const first = b.transpose(x, { perm: [1, 0, 2] })
      const all = b.reshape(project(b, first, 24, 1), b.int64s([0, 0, 3, 8]))
      const moved = b.squeeze(b.transpose(b.unsqueeze(all, b.int64s([0])), { perm: [3, 1, 2, 0, 4] }), {
        axes: b.int64s([3]),
      })
      const [s, n] = [b.shape(first, { start: 0, end: 1 }), b.shape(first, { start: 1, end: 2 })]
      const twice = b.mul(n, b.int64s([2]))
      const parts = [0, 1, 2].map((index) => {
        const part = b.gather(moved, b.scalar('int64', index), { axis: 0 })
        const split = b.reshape(part, b.concat([s, twice, b.int64s([4])], { axis: 0 }))
        return b.reshape(
          b.transpose(split, { perm: [1, 0, 2] }),
          b.concat([n, b.int64s([2]), s, b.int64s([4])], { axis: 0 }),
        )
      })
      const [q, k, v] = parts
      if (!q || !k || !v) return x
      const mixed = b.matMul(b.softmax(plainScores(b, q, k)), v)
      const rows = b.reshape(b.transpose(mixed, { perm: [2, 0, 1, 3] }), b.int64s([-1, 8]))
      return b.matMul(rows, b.constant(weights([8, 8], 9)))
    },
    ['Transpose', 'MatMul', 'Transpose', 'Split', 'MultiHeadAttention', 'Transpose', 'Reshape', 'MatMul'],
  ],
  [
    'one head, that no axis is there for',
    (b, x) => {
      const [q, k, v] = [1, 3, 5].map((seed) => project(b, x, 8, seed))
      if (!q || !k || !v) return x
      return b.matMul(b.softmax(b.mul(b.matMul(q, b.transpose(k, { perm: [0, 2, 1] })), half(b))), v)
    },
    PROJECTED,
  ],
]

const LEFT: typeof CASES = [
  [
    'weights that are read elsewhere',
    (b, x) => {
      const q = heads(b, x)
      const p = b.softmax(plainScores(b, q, q))
      return b.add(joined(b, b.matMul(p, q)), b.reduceSum(p, { keepdims: 0 }))
    },
    ['MultiHeadAttention'],
  ],
  [
    'a softmax over another axis',
    (b, x) => {
      const q = heads(b, x)
      return joined(b, b.matMul(b.softmax(plainScores(b, q, q), { axis: 2 }), q))
    },
    ['MultiHeadAttention'],
  ],
  [
    'values that are scaled',
    (b, x) => {
      const q = heads(b, x)
      return joined(b, b.matMul(b.softmax(plainScores(b, q, q)), b.mul(q, half(b))))
    },
    ['MultiHeadAttention'],
  ],
  [
    'a mask that scales with the scores',
    (b, x) =>
      attention(b, x, { scores: (b, q, k, x) => b.mul(b.add(product(b, q, k), square(b, x)), half(b)) }),
    ['MultiHeadAttention'],
  ],
  [
    'heads that are joined in another order',
    (b, x) => {
      const q = heads(b, x)
      const mixed = b.matMul(b.softmax(plainScores(b, q, q)), q)
      return b.reshape(b.transpose(mixed, { perm: [0, 2, 3, 1] }), b.int64s([0, 0, 8]))
    },
    ['MultiHeadAttention'],
  ],
  [
    'keys shared by all heads',
    (b, x) => {
      const q = heads(b, x)
      const k = b.reduceMean(q, { axes: b.int64s([1]) })
      return joined(b, b.matMul(b.softmax(plainScores(b, q, k)), q))
    },
    ['MultiHeadAttention'],
  ],
]

describe('recognise-attention', () => {
  it.each(CASES)('%s', async (_, build, wanted) => {
    expect((await rewrittenOperators(tokensModel(build))).sort()).toEqual([...wanted].sort())
  })

  it.each(LEFT)('leaves %s', async (_, build, [unwanted]) => {
    expect(await rewrittenOperators(tokensModel(build))).not.toContain(unwanted)
  })

  it('keeps a bias that something else reads too', async () => {
    const model = tokensModel((b, x) => {
      const q = project(b, x, 8, 1)
      const split = heads(b, q)
      return b.add(joined(b, b.matMul(b.softmax(plainScores(b, split, split)), split)), q)
    })
    expect(await rewrittenOperators(model)).toEqual(['MatMul', 'Add', 'MultiHeadAttention', 'Add'])
  })

  it('knows masks that are constants', async () => {
    const causal = tensorOf('float32', [3, 3], [0, -1e4, -1e4, 0, 0, -1e4, 0, 0, 0])
    const model = tokensModel((b, x) => {
      const rows = b.reshape(x, b.int64s([-1, 1, 8]))
      return b.add(
        attention(b, b.expand(rows, b.int64s([1, 3, 1])), {
          scores: (b, q, k) => b.add(plainScores(b, q, k), b.constant(causal)),
        }),
        b.scalar('float32', 1),
      )
    })
    expect(await rewrittenOperators(model)).toContain('MultiHeadAttention')
  })
})
