import { type Builder, tensorOf, type Value } from '../../src/graph/index.ts'
import { type Fusion, int, node } from './fusion.ts'
import { joined, type Split, splitOf } from './split-attention.ts'

/** Attention whose mask is a condition, as torch writes it: what it hides is −∞, and a query without keys gives 0. */

const HEADS = 8
const SIZE = 64

/** Keys that are shown, computed so that nothing folds: [1, 1, 1, keys]. */
function shown(b: Builder, x: Value): Value {
  const means = b.reduceMean(x, { axes: b.int64s([2]), keepdims: 0 })
  return b.greater(b.unsqueeze(means, b.int64s([1, 2])), b.scalar('float32', -1))
}

const hidden = (b: Builder): Value => b.scalar('float32', Number.NEGATIVE_INFINITY)
const zero = (b: Builder): Value => b.scalar('float32', 0)

function scoresOf(b: Builder, { query, key }: Split): Value {
  const product = b.matMul(query, b.transpose(key, { perm: [0, 1, 3, 2] }))
  return b.mul(product, b.scalar('float32', 1 / Math.sqrt(SIZE)))
}

const zeroForNaN = (b: Builder, x: Value): Value => b.where(b.isNaN(x), zero(b), x)

function added(b: Builder, x: Value): Value {
  const split = splitOf(b, x)
  const mask = b.where(shown(b, x), zero(b), hidden(b))
  const weights = b.softmax(b.add(scoresOf(b, split), mask))
  return joined(b, b.matMul(zeroForNaN(b, weights), split.value))
}

function replaced(b: Builder, x: Value): Value {
  const split = splitOf(b, x)
  const weights = b.softmax(b.where(shown(b, x), scoresOf(b, split), hidden(b)))
  return joined(b, b.matMul(weights, split.value))
}

function fused(b: Builder, x: Value): Value {
  const s = Number(x.dims[1])
  const mask = b.where(shown(b, x), zero(b), hidden(b))
  const rows = b.expand(mask, b.constant(tensorOf('int64', [4], [1, 1, s, 1])))
  return node(b, 'MultiHeadAttention', [x, b.abs(x), b.neg(x), undefined, undefined, rows], {
    num_heads: int(HEADS),
  })
}

const sizes = [1, 16, 128, 512].map((sequence) => [1, sequence, HEADS * SIZE])

export const MASKED_ATTENTION: readonly Fusion[] = [
  {
    title: 'safe attention',
    sizes,
    written: added,
    as: {
      'MultiHeadAttention, then 0 for NaN': (b, x) => zeroForNaN(b, fused(b, x)),
      MultiHeadAttention: fused,
    },
  },
  { title: 'attention of selected keys', sizes, written: replaced, as: { MultiHeadAttention: fused } },
]
