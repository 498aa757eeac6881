import type { Builder, Value } from '../../../../graph/index.ts'
import type { Attention } from './attention.ts'
import { biasOf, projectionOf } from './biases.ts'
import type { Source } from './places.ts'
import { TokenViews } from './tokens.ts'

/** Inputs of MultiHeadAttention, as it wants them. */
export interface PreparedInputs {
  readonly query: Value
  readonly key: Value
  readonly value: Value
  /** Of query, key and value, one after the other. */
  readonly bias: Value | undefined
}

/** The query as tokens [batch, sequence, features]; key and value like it, or [batch, heads, sequence, features]. */
export function prepare(b: Builder, attention: Attention): PreparedInputs {
  return attention.value.form === 'heads' ? byHeads(b, attention) : asTokens(b, attention)
}

/**
 * All three turned where the sequence comes first, split where a projection gives several of them at once. The biases of
 * projections go along, where nothing else reads them.
 */
function asTokens(b: Builder, { query, key, value, nodes }: Attention): PreparedInputs {
  const sources = [query, key, value]
  const region = new Set([...nodes, ...sources.flatMap((source) => source.nodes)])
  const projected = sources.map((source) => projectionOf(source, region))
  const tokens = new TokenViews(b)
  const [q = query.value, k = key.value, v = value.value] = sources.map((source, index) =>
    tokens.of(source, projected[index]?.value ?? source.value),
  )
  return { query: q, key: k, value: v, bias: biasOf(b, sources, projected) }
}

/** The kernel takes no biases then. */
function byHeads(b: Builder, { query, key, value }: Attention): PreparedInputs {
  const tokens = new TokenViews(b).of(query, query.value)
  return { query: tokens, key: splitKey(b, key), value: value.value, bias: undefined }
}

const splitKey = (b: Builder, { value, form }: Source): Value =>
  form === 'heads' ? value : b.transpose(value, { perm: [0, 2, 1, 3] })
