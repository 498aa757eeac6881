import { createHash } from 'node:crypto'
import { type Graph, ScopedMap, StringTensor, type Tensor, type Value } from '../../../graph/index.ts'
import type { Pass } from '../../pass.ts'

/** Makes equal constants one: the same dtype, dims and bytes. Each tensor is hashed once, however often the pass runs. */
export const shareInitializers: Pass = {
  name: 'share-initializers',
  level: 'basic',
  run: (model) => ({ constant: share(model.graph) }),
}

/** Constants of outer graphs are visible in subgraphs, so that `seen` is handed down, and never up. */
function share(graph: Graph, outer?: ScopedMap<string, Value>): number {
  const seen = new ScopedMap(outer)
  let merged = 0
  for (const constant of [...graph.initializers]) {
    if (!constant.tensor || !constant.isUsed) continue
    const key = identity(constant.tensor)
    const first = seen.get(key)
    if (first && first !== constant) {
      constant.replaceUsesWith(first)
      merged++
    } else seen.set(key, constant)
  }
  for (const node of graph.nodes()) for (const subgraph of node.subgraphs) merged += share(subgraph, seen)
  return merged
}

const digests = new WeakMap<Tensor, string>()

function identity(tensor: Tensor): string {
  const known = digests.get(tensor)
  if (known) return known
  const content = tensor instanceof StringTensor ? JSON.stringify(tensor.strings) : tensor.bytes()
  const digest = `${tensor.dtype}[${tensor.dims}]${createHash('sha256').update(content).digest('base64')}`
  digests.set(tensor, digest)
  return digest
}
