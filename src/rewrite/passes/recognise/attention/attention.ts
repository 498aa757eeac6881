import type { Dim, Node, Value } from '../../../../graph/index.ts'
import type { Place } from '../../../pattern/layout.ts'
import { isClosed } from '../../../pattern/region.ts'
import { type Extents, extentsOf } from './extents.ts'
import { type Guard, guardedValues, guardedWeights } from './guard.ts'
import { fitsMask, type Mask } from './mask.ts'
import { type Form, joined, type Source, sourceOf } from './places.ts'
import { type Scores, scoresOf } from './scores.ts'

export interface Attention extends Sources {
  /** 4, or 3 without an axis of heads. */
  readonly rank: number
  readonly batch: Dim
  readonly sequence: Dim
  readonly keys: Dim
  readonly heads: number
  readonly scale: number
  readonly mask: Mask
  readonly guards: readonly Guard[]
  /** What the result becomes by movement alone, tokens again. */
  readonly result: Place
  readonly nodes: ReadonlySet<Node>
}

interface Sources {
  readonly query: Source
  /** Tokens both, their heads apart or not; or both by heads, then the key may be apart too. */
  readonly key: Source
  readonly value: Source
}

export function attentionAround(softmax: Node): Attention | undefined {
  const scores = scoresOf(softmax)
  const weights = guardedWeights(softmax)
  const mix = scores && onlyProduct(weights.value)
  const extents = mix && extentsOf(scores.product, mix)
  if (!extents) return undefined
  const { batch, heads, queries, keys, values } = extents
  const mixed = guardedValues(mix, extents)
  const result = joined(mixed.value, [batch, heads, queries, values])
  const sources = result && sourcesOf(scores, mix, extents)
  if (!sources) return undefined
  const inner = [...scores.nodes, ...weights.nodes, ...mixed.nodes, ...result.nodes]
  const nodes = new Set([softmax, scores.product, mix, ...inner])
  const scale = scores.factor * sources.query.factor * sources.key.factor
  if (!isClosed(nodes, result.value) || !(Math.abs(scale) > 0)) return undefined
  const sizes = {
    rank: mix.output.rank,
    batch: batch.size,
    sequence: queries.size,
    keys: keys.size,
    heads: Number(heads.size),
  }
  if (!fitsMask(scores.mask, sizes)) return undefined
  const guards = [weights.guard, mixed.guard].filter((guard) => guard !== undefined)
  return { ...sizes, ...sources, scale, mask: scores.mask, guards, result, nodes }
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

/** By heads, keys and values have to be of one size for the operator; as tokens they need not be. */
function sourcesOf({ product }: Scores, mix: Node, extents: Extents): Sources | undefined {
  const { batch, heads, queries, keys, valueKeys, features, values } = extents
  const query = sourceOf(product.input(0), [batch, heads, queries, features], ['tokens', 'apart', 'heads'])
  const both = (keyForms: readonly Form[], valueForms: readonly Form[]): Sources | undefined => {
    const key = sourceOf(product.input(1), [batch, heads, features, keys], keyForms)
    const value = sourceOf(mix.input(1), [batch, heads, valueKeys, values], valueForms)
    return query && key && value?.factor === 1 ? { query, key, value } : undefined
  }
  const byHeads = () => (features.size === values.size ? both(['heads', 'apart'], ['heads']) : undefined)
  return both(['tokens', 'apart'], ['tokens', 'apart']) ?? byHeads()
}
