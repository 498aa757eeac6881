import type { Builder, Dim, Model, Node, Value } from '../../../graph/index.ts'
import { builderAt } from '../../match/edit.ts'
import { gainsBy } from '../../match/fused.ts'
import { isSameType } from '../../match/types.ts'
import { producerOf } from '../../match/uses.ts'
import type { Pass } from '../../pass.ts'
import {
  destinations,
  dimsOf,
  layoutOf,
  layoutText,
  origins,
  type Place,
  type Run,
} from '../../pattern/layout.ts'
import { isClosed } from '../../pattern/region.ts'
import { isSequenceFirst, Masks, maskDims, prepare } from './attention-inputs.ts'

/**
 * Puts one MultiHeadAttention for softmax(Q·Kᵀ·scale + mask)·V with the movement that splits tokens by heads and joins
 * them again. The projections stay the MatMuls that they are: quantisation wants to see them.
 */
export const recogniseAttention: Pass = {
  name: 'recognise-attention',
  level: 'all',
  operators: [['Softmax']],
  run(model, { target }) {
    let recognised = 0
    const masks = new Masks()
    for (const node of model.graph.allNodes()) {
      const attention = node.op === 'Softmax' && node.domain === '' ? attentionAround(node) : undefined
      if (!attention || !gainsBy(target, 'MultiHeadAttention', attention.query.value)) continue
      replace(model, masks, attention)
      recognised++
    }
    return { attention: recognised }
  },
}

export interface Attention {
  /** 4, or 3 without an axis of heads. */
  readonly rank: number
  readonly batch: Dim
  readonly sequence: Dim
  readonly keys: Dim
  readonly heads: number
  /** Where query, key and value are tokens: [batch, sequence, features] or [sequence, batch, features]. */
  readonly query: Place
  readonly key: Place
  readonly value: Place
  readonly scale: number
  readonly mask: Value | undefined
  /** What the result becomes by movement alone, tokens again. */
  readonly result: Place
  readonly nodes: ReadonlySet<Node>
}

function attentionAround(softmax: Node): Attention | undefined {
  const scores = scoresOf(softmax)
  const mix = scores && onlyProduct(softmax.output)
  if (!scores || !mix) return undefined
  const { product, factor, mask, nodes } = scores
  const extents = extentsOf(product, mix)
  if (!extents) return undefined
  const { batch, heads, queries, keys, features, values } = extents
  const query = tokensOf(product.input(0), [batch, heads, queries, features])
  const key = tokensOf(product.input(1), [batch, heads, features, keys])
  const value = tokensOf(mix.input(1), [batch, heads, keys, values])
  const result = joined(mix.output, [batch, heads, queries, values])
  if (!query || !key || !value || !result || value.factor !== 1) return undefined
  const scale = factor * query.factor * key.factor
  const all = new Set([softmax, product, mix, ...nodes, ...result.nodes])
  if (!isClosed(all, result.value) || !(Math.abs(scale) > 0)) return undefined
  const rank = mix.output.rank
  const sizes = {
    rank,
    batch: batch.size,
    sequence: queries.size,
    keys: keys.size,
    heads: Number(heads.size),
  }
  if (mask && !maskDims(mask, rank, sizes)) return undefined
  return { ...sizes, query, key, value, scale, mask, result, nodes: all }
}

interface Scores {
  readonly product: Node
  readonly factor: number
  readonly mask: Value | undefined
  readonly nodes: readonly Node[]
}

/** What the softmax is taken of: a product, scaled, and a mask added to that. */
function scoresOf(softmax: Node): Scores | undefined {
  const input = softmax.input(0)
  const rank = dimsOf(input)?.length
  const axis = softmax.attribute('axis', 'int') ?? -1
  if (rank === undefined || (axis !== -1 && axis !== rank - 1)) return undefined
  const add = producerOf(input, 'Add', softmax)
  if (!add) return scaledProduct(input)
  for (const side of [0, 1]) {
    const scores = scaledProduct(add.input(side))
    if (scores) return { ...scores, mask: add.input(1 - side), nodes: [add, ...scores.nodes] }
  }
  return undefined
}

function scaledProduct(value: Value): Scores | undefined {
  const dims = dimsOf(value)
  if (!dims || (dims.length !== 3 && dims.length !== 4)) return undefined
  const scores = dims.map((size, axis): Run => ({ name: String(axis), size }))
  for (const { value: source, factor, nodes } of origins(value, layoutOf(...scores))) {
    if (nodes.some(({ op }) => op !== 'Mul' && op !== 'Div')) return undefined
    const product = producerOf(source, 'MatMul', value.producer)
    if (product) return { product, factor, mask: undefined, nodes }
  }
  return undefined
}

/** The product that alone reads the weights, as its left side. */
function onlyProduct(weights: Value): Node | undefined {
  const [user] = weights.userCount === 1 ? weights.users : []
  return user?.op === 'MatMul' &&
    user.domain === '' &&
    user.graph === weights.graph &&
    user.inputs[0] === weights
    ? user
    : undefined
}

interface Extents {
  readonly batch: Run
  readonly heads: Run
  readonly queries: Run
  readonly keys: Run
  /** Of query and key, a head. */
  readonly features: Run
  /** Of value, a head. */
  readonly values: Run
}

/** Sizes by Q [b, h, q, f], Kᵀ [b, h, f, k] and V [b, h, k, v], or the same without heads; nothing may broadcast. */
function extentsOf(product: Node, mix: Node): Extents | undefined {
  const sides = [product.input(0), product.input(1), mix.input(1)].map(dimsOf)
  const [q, k, v] = sides.map((dims) => (dims?.length === 3 ? [dims[0] ?? 0, 1, ...dims.slice(1)] : dims))
  if (q?.length !== 4 || k?.length !== 4 || v?.length !== 4) return undefined
  const [batch, heads, queries, features] = q
  const [keys, values] = [k[3], v[3]]
  const fits = k[0] === batch && v[0] === batch && k[1] === heads && v[1] === heads && v[2] === keys
  const isStatic = [heads, features, values].every((size) => typeof size === 'number' && size > 0)
  if (!fits || !isStatic || k[2] !== features) return undefined
  const run = (name: string, size: Dim | undefined): Run => ({ name, size: size ?? 0 })
  return {
    batch: run('batch', batch),
    heads: run('heads', heads),
    queries: run('sequence', queries),
    keys: run('sequence', keys),
    features: run('features', features),
    values: run('features', values),
  }
}

/** Sizes of 1 are not seen in a layout, so that what is compared is what moves. */
const textOf = (...axes: readonly (readonly Run[])[]): string =>
  layoutText(axes.map((runs) => runs.filter(({ size }) => size !== 1)))

/** Where the split side was tokens, as far back as it is. */
function tokensOf(value: Value, runs: readonly [Run, Run, Run, Run]): Place | undefined {
  const dims = dimsOf(value)
  const layout = layoutOf(...runs)
  let found: Place | undefined
  for (const place of origins(value, dims?.length === 3 ? layout.toSpliced(1, 1) : layout)) {
    const isPlain = isTokens(place, runs)
    if (isPlain || isTokens(place, runs, 'part')) found = place
    if (isPlain && place.value.producer?.op === 'Split') break
  }
  return found
}

function isTokens({ layout }: Place, runs: readonly Run[], ...before: readonly 'part'[]): boolean {
  if (layout.length !== 3) return false
  const named = (name: string): Run[] => runs.filter((run) => run.name === name)
  const parts = before.map((name): Run => ({ name, size: 2 }))
  const rows = [...parts, ...named('heads'), ...named('features')]
  const text = layoutText(layout)
  return (
    text === textOf(named('batch'), named('sequence'), rows) ||
    text === textOf(named('sequence'), named('batch'), rows)
  )
}

/** Where the mixed values are tokens again: three axes, or two that hold all of them. */
function joined(value: Value, runs: readonly [Run, Run, Run, Run]): Place | undefined {
  const [batch, heads, sequence, features] = runs
  const rows = [heads, features]
  const wanted = new Set([
    textOf([batch], [sequence], rows),
    textOf([sequence], [batch], rows),
    textOf([batch, sequence], rows),
    textOf([sequence, batch], rows),
  ])
  const layout = layoutOf(...runs)
  for (const place of destinations(value, dimsOf(value)?.length === 3 ? layout.toSpliced(1, 1) : layout))
    if (place.layout.length <= 3 && wanted.has(layoutText(place.layout))) return place
  return undefined
}

function replace(model: Model, masks: Masks, attention: Attention): void {
  const { result, heads, scale, mask } = attention
  const root = result.value.producer
  if (!root) return
  const b = builderAt(model, root)
  const { query, key, value, bias } = prepare(b, attention)
  const output = b.multiHeadAttention(query, {
    key,
    value,
    bias,
    attention_bias: mask && masks.of(b, mask, attention, query),
    num_heads: heads,
    scale,
  })
  result.value.replaceUsesWith(asResult(b, output, attention))
}

/** Tokens as the nodes after them read them. */
function asResult(b: Builder, output: Value, { result, batch, sequence }: Attention): Value {
  if (isSameType(output, result.value)) return output
  const turns = isSequenceFirst(result) && batch !== 1 && sequence !== 1
  const tokens = turns ? b.transpose(output, { perm: [1, 0, 2] }) : output
  if (isSameType(tokens, result.value)) return tokens
  return b.reshape(tokens, shapeOf(b, result))
}

function shapeOf(b: Builder, { value, nodes }: Place): Value {
  const last = nodes.at(-1)
  const open = value.dims.filter((dim) => typeof dim !== 'number')
  if (open.length > 1 && last?.op === 'Reshape') return last.input(1)
  return b.int64s(value.dims.map((dim) => (typeof dim === 'number' ? dim : -1)))
}
