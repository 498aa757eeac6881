import { createHash } from 'node:crypto'
import {
  type Graph,
  ScopedMap,
  StringTensor,
  type Tensor,
  tensorByteLength,
  tensorChunks,
  type Value,
} from '../../graph/index.ts'
import type { Pass } from '../pass.ts'

/**
 * Makes equal constants one: the same dtype, dims and bytes. A tensor is read to its end only where another begins and ends like
 * it, and then once, however often the pass runs.
 */
export const shareInitializers: Pass = {
  name: 'share-initializers',
  level: 'basic',
  run: (model) => ({ constant: share(model.graph) }),
}

/** Constants of outer graphs are visible in subgraphs, so that `seen` is handed down, and never up. */
function share(graph: Graph, outer?: Seen): number {
  const seen: Seen = { samples: new ScopedMap(outer?.samples), digests: new ScopedMap(outer?.digests) }
  let merged = 0
  for (const constant of [...graph.initializers]) {
    const first = constant.tensor && constant.isUsed ? firstLike(constant, constant.tensor, seen) : undefined
    if (!first) continue
    constant.replaceUsesWith(first)
    merged++
  }
  for (const node of graph.nodes()) for (const subgraph of node.subgraphs) merged += share(subgraph, seen)
  return merged
}

/** The first constant of each kind; by its digest only once there is a second that looks like it. */
interface Seen {
  readonly samples: ScopedMap<string, Value>
  readonly digests: ScopedMap<string, Value>
}

function firstLike(constant: Value, tensor: Tensor, { samples, digests }: Seen): Value | undefined {
  const sample = sampleOf(tensor)
  const alike = samples.get(sample)
  if (!alike?.tensor) {
    samples.set(sample, constant)
    return undefined
  }
  const [own, other] = [digestOf(tensor), digestOf(alike.tensor)]
  if (own === other) return alike
  const first = digests.get(own)
  if (!first) digests.set(own, constant)
  return first
}

/** Bytes looked at on either end. */
const SAMPLE_BYTES = 4096

const samples = new WeakMap<Tensor, string>()
const digests = new WeakMap<Tensor, string>()

const sampleOf = (tensor: Tensor): string => remembered(samples, tensor, () => hashed(tensor, ends(tensor)))

const digestOf = (tensor: Tensor): string =>
  remembered(digests, tensor, () =>
    isSmall(tensor) ? sampleOf(tensor) : hashed(tensor, tensorChunks(tensor)),
  )

function remembered(known: WeakMap<Tensor, string>, tensor: Tensor, compute: () => string): string {
  const before = known.get(tensor)
  if (before !== undefined) return before
  const made = compute()
  known.set(tensor, made)
  return made
}

const isSmall = (tensor: Tensor): boolean =>
  tensor instanceof StringTensor || tensorByteLength(tensor) <= 2 * SAMPLE_BYTES

function ends(tensor: Tensor): Iterable<Uint8Array | string> {
  if (tensor instanceof StringTensor) return [JSON.stringify(tensor.strings)]
  if (isSmall(tensor)) return [tensor.bytes()]
  return [0, tensorByteLength(tensor) - SAMPLE_BYTES].map((at) => tensor.part(at, SAMPLE_BYTES))
}

function hashed({ dtype, dims }: Tensor, parts: Iterable<Uint8Array | string>): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return `${dtype}[${dims}]${hash.digest('base64')}`
}
