import {
  type Builder,
  type Dim,
  DTYPES,
  type Graph,
  MemoryTensor,
  type Node,
  type Tensor,
  type Value,
} from '../../../graph/index.ts'
import { producerOf } from '../../match/uses.ts'
import { dimsOf, type Place } from '../../pattern/layout.ts'
import { isReadWithin } from '../../pattern/region.ts'
import type { Attention } from './attention.ts'

/** Inputs of MultiHeadAttention, as it wants them. */
export interface PreparedInputs {
  readonly query: Value
  readonly key: Value
  readonly value: Value
  /** Of query, key and value, one after the other. */
  readonly bias: Value | undefined
}

/**
 * Query, key and value as tokens [batch, sequence, features]: turned where the sequence comes first, split where a projection
 * gives several of them at once. The biases of projections go along, where nothing else reads them.
 */
export function prepare(b: Builder, attention: Attention): PreparedInputs {
  const { query, key, value, nodes } = attention
  const places = [query, key, value]
  const region = new Set([...nodes, ...places.flatMap((place) => place.nodes)])
  const projected = places.map((place) => projectionOf(place, region))
  const tokens = new TokenViews(b)
  const [q = query.value, k = key.value, v = value.value] = places.map((place, index) =>
    tokens.of(place, projected[index]?.value ?? place.value),
  )
  return { query: q, key: k, value: v, bias: biasOf(b, places, projected) }
}

/** A projection before its bias is added. */
interface Projection {
  readonly value: Value
  readonly bias: Value | undefined
}

function projectionOf({ value, nodes }: Place, region: ReadonlySet<Node>): Projection {
  const add = producerOf(value, 'Add', nodes.at(-1))
  const side = add?.inputs.findIndex((input) => input?.tensor)
  const bias = side === undefined ? undefined : add?.inputs[side]
  const source = side === undefined ? undefined : add?.inputs[1 - side]
  const features = dimsOf(value)?.[2]
  const isPerFeature = bias?.tensor?.dims.length === 1 && bias.tensor.dims[0] === features
  const isOwn = [...nodes.flatMap((node) => node.outputs), value].every((output) =>
    isReadWithin(output, region),
  )
  if (!source || !isPerFeature || !isOwn || dimsOf(source)?.length !== 3 || dimsOf(source)?.[2] !== features)
    return { value, bias: undefined }
  return { value: source, bias }
}

/** One node for each view, though query, key and value may come of one projection. */
class TokenViews {
  readonly #b: Builder
  readonly #turned = new Map<Value, Value>()
  readonly #parts = new Map<Value, readonly Value[]>()

  constructor(b: Builder) {
    this.#b = b
  }

  of(place: Place, source: Value): Value {
    const tokens = isSequenceFirst(place) ? this.#turn(source) : source
    const taken = partOf(place)
    return taken === undefined ? tokens : (this.#split(tokens, taken.count)[taken.at] ?? tokens)
  }

  #turn(source: Value): Value {
    const turned = this.#turned.get(source) ?? this.#b.transpose(source, { perm: [1, 0, 2] })
    this.#turned.set(source, turned)
    return turned
  }

  #split(tokens: Value, count: number): readonly Value[] {
    const parts = this.#parts.get(tokens) ?? this.#b.split(tokens, { axis: 2, num_outputs: count })
    this.#parts.set(tokens, parts)
    return parts
  }
}

/** Runs of size 1 are not seen: with a batch of 1, or one token, either axis tells. */
export const isSequenceFirst = ({ layout: [first, second] }: Place): boolean =>
  first?.[0]?.name === 'sequence' || second?.[0]?.name === 'batch'

function partOf({ layout }: Place): { readonly at: number; readonly count: number } | undefined {
  const run = layout[2]?.find(({ at }) => at !== undefined)
  return run?.at === undefined ? undefined : { at: run.at, count: Number(run.size) }
}

function biasOf(b: Builder, places: readonly Place[], projections: readonly Projection[]): Value | undefined {
  const [first] = projections
  if (projections.every(({ bias }) => !bias)) return undefined
  const parts = places.map(partOf)
  const isPacked =
    projections.every(({ bias }) => bias === first?.bias) &&
    parts.every((part, index) => part?.at === index && part.count === places.length)
  if (isPacked) return first?.bias
  const bytes = places.map((place, index) => biasBytes(place, projections[index]?.bias?.tensor))
  const { dtype } = places[0]?.value ?? b.int64s([])
  const length = bytes.reduce((sum, part) => sum + part.byteLength, 0)
  const joined = new Uint8Array(length)
  bytes.reduce((at, part) => {
    joined.set(part, at)
    return at + part.byteLength
  }, 0)
  return b.constant(new MemoryTensor(dtype, [(length * 8) / DTYPES[dtype].bits], joined), 'attention_bias')
}

/** The bias of the part that is taken; zeros without one. */
function biasBytes(place: Place, bias: Tensor | undefined): Uint8Array {
  const { dtype } = place.value
  const part = partOf(place)
  const features = Number(dimsOf(place.value)?.[2] ?? 0) / (part?.count ?? 1)
  const size = (features * DTYPES[dtype].bits) / 8
  if (!bias) return new Uint8Array(size)
  const start = (part?.at ?? 0) * size
  return bias.bytes().subarray(start, start + size)
}

type Sizes = Pick<Attention, 'batch' | 'heads' | 'sequence' | 'keys'>

/** A mask's dims by [batch, heads, sequence, keys], where each of the first three is that or 1. */
export function maskDims(mask: Value, rank: number, sizes: Sizes): readonly Dim[] | undefined {
  const dims = dimsOf(mask)
  if (!dims || dims.length > rank) return undefined
  const padded = [...Array.from({ length: rank - dims.length }, (): Dim => 1), ...dims]
  const aligned = rank === 3 ? padded.toSpliced(1, 0, 1) : padded
  const [batch, heads, sequence, keys] = aligned
  const isEither = (dim: Dim | undefined, size: Dim): boolean => dim === 1 || dim === size
  return isEither(batch, sizes.batch) &&
    isEither(heads, sizes.heads) &&
    isEither(sequence, sizes.sequence) &&
    keys === sizes.keys
    ? aligned
    : undefined
}

/** Masks as the kernel wants them: of rank 4, with a row for each query. Layers share them. */
export class Masks {
  readonly #known = new Map<Graph, Map<Value, Value>>()

  of(b: Builder, mask: Value, attention: Attention, query: Value): Value {
    const known = this.#known.get(b.graph) ?? new Map<Value, Value>()
    this.#known.set(b.graph, known)
    const prepared = known.get(mask) ?? prepareMask(b, mask, attention, query)
    known.set(mask, prepared)
    return prepared
  }
}

function prepareMask(b: Builder, mask: Value, attention: Attention, query: Value): Value {
  const { rank, sequence } = attention
  const missing = rank - mask.rank
  const axes = Array.from({ length: missing }, (_, axis) => axis)
  const whole = missing > 0 ? b.unsqueeze(mask, b.int64s(axes)) : mask
  const full = rank === 3 ? b.unsqueeze(whole, b.int64s([1])) : whole
  if (full.dims[2] === sequence) return full
  const rows = typeof sequence === 'number' ? b.int64s([sequence]) : b.shape(query, { start: 1, end: 2 })
  return b.expand(full, b.concat([b.int64s([1, 1]), rows, b.int64s([1])], { axis: 0 }))
}
