import { type Builder, tensorOf, type Value } from '../../src/graph/index.ts'
import { type Fusion, int, node } from './fusion.ts'

/** [batch, sequence, heads · head size] */
const attention = (
  heads: number,
  size: number,
  sequences: readonly number[],
  batch = 1,
): Pick<Fusion, 'sizes'> => ({
  sizes: sequences.map((sequence) => [batch, sequence, heads * size]),
})

/** x as query, key and value, so that nothing but attention is timed. */
function written(b: Builder, x: Value, heads: number, mask?: Value): Value {
  const [n = 1, s = 1, d = 1] = x.dims.map(Number)
  const split = b.int64s([n, s, heads, d / heads])
  const [q, k, v] = [x, b.abs(x), b.neg(x)].map((part) => b.reshape(part, split))
  if (!q || !k || !v) return x
  const turned = b.transpose(k, { perm: [0, 2, 3, 1] })
  const scores = b.mul(
    b.matMul(b.transpose(q, { perm: [0, 2, 1, 3] }), turned),
    b.scalar('float32', 1 / Math.sqrt(d / heads)),
  )
  const weights = b.softmax(mask ? b.add(scores, mask) : scores)
  const mixed = b.matMul(weights, b.transpose(v, { perm: [0, 2, 1, 3] }))
  return b.reshape(b.transpose(mixed, { perm: [0, 2, 1, 3] }), b.int64s([n, s, d]))
}

function fused(b: Builder, x: Value, heads: number, mask?: Value): Value {
  return node(b, 'MultiHeadAttention', [x, b.abs(x), b.neg(x), undefined, undefined, mask], {
    num_heads: int(heads),
  })
}

/** Of query, key and value alike; for all three, one after the other. */
function bias(b: Builder, x: Value, count: number): Value {
  const length = Number(x.dims[2]) * count
  return b.constant(tensorOf('float32', [length], new Float32Array(length).fill(0.1)))
}

function causal(b: Builder, x: Value): Value {
  const s = Number(x.dims[1])
  return b.constant(
    tensorOf(
      'float32',
      [1, 1, s, s],
      Array.from({ length: s * s }, (_, i) => (i % s > Math.floor(i / s) ? -1e4 : 0)),
    ),
  )
}

const SEQUENCES = [1, 16, 128, 512]

/** x as [batch, sequence, heads · size]; cos and sin of half the head size. */
function rotary(b: Builder, x: Value, heads: number): Value {
  const [n = 1, s = 1, d = 1] = x.dims.map(Number)
  const size = d / heads
  const q = b.transpose(b.reshape(x, b.int64s([n, s, heads, size])), { perm: [0, 2, 1, 3] })
  const half = b.int64s([size / 2])
  const last = b.int64s([-1])
  const low = b.slice(q, b.int64s([0]), half, { axes: last })
  const high = b.slice(q, half, b.int64s([2 ** 40]), { axes: last })
  const turned = b.concat([b.neg(high), low], { axis: -1 })
  const both = (f: (a: number) => number) =>
    b.constant(
      tensorOf(
        'float32',
        [1, 1, s, size],
        Array.from({ length: s * size }, (_, i) => f(angle(i, size))),
      ),
    )
  return b.add(b.mul(q, both(Math.cos)), b.mul(turned, both(Math.sin)))
}

const angle = (i: number, size: number): number =>
  Math.floor(i / size) / 10000 ** ((2 * (i % (size / 2))) / size)

function rotaryFused(b: Builder, x: Value, heads: number): Value {
  const [n = 1, s = 1, d = 1] = x.dims.map(Number)
  const size = d / heads
  const q = b.transpose(b.reshape(x, b.int64s([n, s, heads, size])), { perm: [0, 2, 1, 3] })
  const half = (f: (a: number) => number) =>
    b.constant(
      tensorOf(
        'float32',
        [s, size / 2],
        Array.from({ length: (s * size) / 2 }, (_, i) =>
          f(Math.floor(i / (size / 2)) / 10000 ** ((2 * (i % (size / 2))) / size)),
        ),
      ),
    )
  return node(b, 'RotaryEmbedding', [q, b.int64s([0]), half(Math.cos), half(Math.sin)], {
    interleaved: int(0),
  })
}

const casesOf = (heads: number, size: number, sequences = SEQUENCES): readonly Fusion[] => [
  {
    title: `attention, ${heads} heads of ${size}`,
    ...attention(heads, size, sequences),
    written: (b, x) => written(b, x, heads),
    as: { MultiHeadAttention: (b, x) => fused(b, x, heads) },
  },
  {
    title: `masked attention, ${heads} heads of ${size}`,
    ...attention(heads, size, sequences),
    written: (b, x) => written(b, x, heads, causal(b, x)),
    as: { MultiHeadAttention: (b, x) => fused(b, x, heads, causal(b, x)) },
  },
]

export const ATTENTION: readonly Fusion[] = [
  ...casesOf(4, 32),
  ...casesOf(6, 64),
  ...casesOf(12, 64, [1, 50, 197]),
  {
    title: 'biased attention, 6 heads of 64',
    ...attention(6, 64, SEQUENCES),
    written: (b, x) => {
      const parts = [x, b.abs(x), b.neg(x)].map((part) => b.add(part, bias(b, x, 1)))
      return node(b, 'MultiHeadAttention', parts, { num_heads: int(6) })
    },
    as: {
      'MultiHeadAttention with its bias': (b, x) =>
        node(b, 'MultiHeadAttention', [x, b.abs(x), b.neg(x), bias(b, x, 3)], { num_heads: int(6) }),
    },
  },
  {
    title: 'rotary, 8 heads of 64',
    ...attention(8, 64, SEQUENCES),
    written: (b, x) => rotary(b, x, 8),
    as: { RotaryEmbedding: (b, x) => rotaryFused(b, x, 8) },
  },
]
