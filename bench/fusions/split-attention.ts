import { type Builder, elementCount, tensorOf, tensorType, type Value } from '../../src/graph/index.ts'
import { type Fusion, int, node } from './fusion.ts'

/** Attention whose heads are split already where scores are taken: turned by their place, behind a cache, shared. */

const HEADS = 8
const SIZE = 64
const SEQUENCES = [1, 16, 128, 512]
const sizes = SEQUENCES.map((sequence) => [1, sequence, HEADS * SIZE])

/** [1, sequence, heads · size] as [1, heads, sequence, size] */
function split(b: Builder, x: Value, heads = HEADS): Value {
  return b.transpose(b.reshape(x, b.int64s([1, Number(x.dims[1]), heads, SIZE])), { perm: [0, 2, 1, 3] })
}

export function joined(b: Builder, x: Value): Value {
  const moved = b.transpose(x, { perm: [0, 2, 1, 3] })
  return b.reshape(moved, b.int64s([1, Number(x.dims[2]), HEADS * SIZE]))
}

function constant(b: Builder, dims: readonly number[], at: (index: number) => number): Value {
  return b.constant(
    tensorOf(
      'float32',
      dims,
      Array.from({ length: elementCount(dims) }, (_, i) => at(i)),
    ),
  )
}

/** Half the features of each head turned against the other, as transformers writes it. */
function turned(b: Builder, x: Value): Value {
  const [low, high] = b.split(x, { axis: 3, num_outputs: 2 })
  if (!low || !high) return x
  const table = (f: (angle: number) => number) =>
    constant(b, [1, 1, Number(x.dims[2]), SIZE], (i) => f(Math.floor(i / SIZE) / 100 ** ((i % 32) / 32)))
  const across = b.concat([b.neg(high), low], { axis: 3 })
  return b.add(b.mul(x, table(Math.cos)), b.mul(across, table(Math.sin)))
}

export interface Split {
  readonly query: Value
  readonly key: Value
  readonly value: Value
}

function written(b: Builder, { query, key, value }: Split, mask?: Value): Value {
  const product = b.matMul(query, b.transpose(key, { perm: [0, 1, 3, 2] }))
  const scores = b.mul(product, b.scalar('float32', 1 / Math.sqrt(SIZE)))
  return joined(b, b.matMul(b.softmax(mask ? b.add(scores, mask) : scores), value))
}

/** Key and value as they are, of four axes; the query as tokens. */
const fused = (b: Builder, { query, key, value }: Split, mask?: Value): Value =>
  node(b, 'MultiHeadAttention', [joined(b, query), key, value, undefined, undefined, mask], {
    num_heads: int(HEADS),
  })

function causal(b: Builder, x: Value, past = 0): Value {
  const s = Number(x.dims[1])
  const t = s + past
  return constant(b, [1, 1, s, t], (i) => (i % t > past + Math.floor(i / t) ? -1e4 : 0))
}

const rotary = (b: Builder, x: Value): Split => ({
  query: turned(b, split(b, x)),
  key: turned(b, split(b, b.abs(x))),
  value: split(b, b.neg(x)),
})

const PAST = 64
const pastOf = (b: Builder, seed: number): Value =>
  constant(b, [1, HEADS, PAST, SIZE], (i) => Math.sin(i + seed))

function cached(b: Builder, x: Value): Split {
  const key = b.concat([pastOf(b, 1), split(b, b.abs(x))], { axis: 2 })
  const value = b.concat([pastOf(b, 2), split(b, b.neg(x))], { axis: 2 })
  b.graph.addOutput('present_key', key)
  b.graph.addOutput('present_value', value)
  return { query: split(b, x), key, value }
}

/** The cache as inputs of the operator, which gives what it has become. */
function cachedWithin(b: Builder, x: Value): Value {
  const inputs = [x, b.abs(x), b.neg(x), undefined, undefined, causal(b, x, PAST), pastOf(b, 1), pastOf(b, 2)]
  b.model.opsets.set('com.microsoft', 1)
  const present = tensorType('float32', [1, HEADS, PAST + Number(x.dims[1]), SIZE])
  const { outputs } = b.insert({
    op: 'MultiHeadAttention',
    domain: 'com.microsoft',
    inputs,
    attributes: new Map([['num_heads', int(HEADS)]]),
    outputs: [{ type: x.type }, { type: present }, { type: present }],
  })
  const [output = x, key = x, value = x] = outputs
  b.graph.addOutput('present_key', key)
  b.graph.addOutput('present_value', value)
  return output
}

/** The rotation before heads are moved. */
function rotaryTokens(b: Builder, x: Value): Value {
  const s = Number(x.dims[1])
  const rotate = (part: Value): Value => {
    const heads = b.reshape(part, b.int64s([1, s, HEADS, SIZE]))
    const [low, high] = b.split(heads, { axis: 3, num_outputs: 2 })
    if (!low || !high) return part
    const table = (f: (angle: number) => number) =>
      constant(b, [1, s, 1, SIZE], (i) => f(Math.floor(i / SIZE) / 100 ** ((i % 32) / 32)))
    const across = b.concat([b.neg(high), low], { axis: 3 })
    const sum = b.add(b.mul(heads, table(Math.cos)), b.mul(across, table(Math.sin)))
    return b.reshape(sum, b.int64s([1, s, HEADS * SIZE]))
  }
  const inputs = [rotate(x), rotate(b.abs(x)), b.neg(x), undefined, undefined, causal(b, x)]
  return node(b, 'MultiHeadAttention', inputs, { num_heads: int(HEADS) })
}

/** Keys and values of two heads, each for four of the query's. */
function grouped(b: Builder, x: Value): Split {
  const shared = (part: Value): Value => {
    const s = Number(x.dims[1])
    const first = b.slice(part, b.int64s([0]), b.int64s([2 * SIZE]), { axes: b.int64s([2]) })
    const each = b.unsqueeze(split(b, first, 2), b.int64s([2]))
    const spread = b.expand(each, b.int64s([1, 2, HEADS / 2, s, SIZE]))
    return b.reshape(spread, b.int64s([1, HEADS, s, SIZE]))
  }
  return { query: split(b, x), key: shared(b.abs(x)), value: shared(b.neg(x)) }
}

/** The operator for it, which is causal always and wants to be told how long each sequence is. */
function groupedWithin(b: Builder, x: Value): Value {
  const s = Number(x.dims[1])
  const first = (part: Value) => b.slice(part, b.int64s([0]), b.int64s([2 * SIZE]), { axes: b.int64s([2]) })
  const lengths = [b.constant(tensorOf('int32', [1], [s - 1])), b.constant(tensorOf('int32', [], [s]))]
  const inputs = [x, first(b.abs(x)), first(b.neg(x)), undefined, undefined, ...lengths]
  return node(b, 'GroupQueryAttention', inputs, { num_heads: int(HEADS), kv_num_heads: int(2) })
}

export const splitOf = (b: Builder, x: Value): Split => ({
  query: split(b, x),
  key: split(b, b.abs(x)),
  value: split(b, b.neg(x)),
})

const caseOf = (
  title: string,
  parts: (b: Builder, x: Value) => Split,
  mask?: (b: Builder, x: Value) => Value,
  others: Fusion['as'] = {},
): Fusion => ({
  title,
  sizes,
  written: (b, x) => written(b, parts(b, x), mask?.(b, x)),
  as: {
    'MultiHeadAttention, keys and values split': (b, x) => fused(b, parts(b, x), mask?.(b, x)),
    ...others,
  },
})

export const SPLIT_ATTENTION: readonly Fusion[] = [
  caseOf('split attention', splitOf),
  caseOf('split attention, masked', splitOf, causal),
  caseOf('rotary attention', rotary, causal, { 'MultiHeadAttention, tokens turned': rotaryTokens }),
  caseOf('attention behind a cache', cached, (b, x) => causal(b, x, PAST), {
    'MultiHeadAttention, cache within': cachedWithin,
  }),
  caseOf('grouped attention', grouped, causal, { GroupQueryAttention: groupedWithin }),
]
