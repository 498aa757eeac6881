import { createHash } from 'node:crypto'
import {
  type Graph,
  LazyTensor,
  StringTensor,
  type Tensor,
  tensorByteLength,
  tensorChunks,
  type Value,
} from '../../../graph/index.ts'
import type { Pass } from '../../pass.ts'

/**
 * Makes equal constants one: the same dtype, dims and bytes. Of most weights only a few bytes are read; a whole one is
 * hashed when another looks like it, and once, however often the pass runs.
 */
export const shareInitializers: Pass = {
  name: 'share-initializers',
  level: 'basic',
  run: (model) => {
    const sharing = new Sharing(model.graph)
    sharing.visit(model.graph)
    return { constant: sharing.merged }
  },
}

class Sharing {
  merged = 0
  readonly #root: Graph
  /** By what a glance shows: distinct constants that look alike. */
  readonly #seen = new Map<string, Value[]>()

  constructor(root: Graph) {
    this.#root = root
  }

  visit(graph: Graph): void {
    for (const constant of [...graph.initializers]) this.#visitConstant(constant)
    for (const node of graph.nodes()) for (const subgraph of node.subgraphs) this.visit(subgraph)
  }

  #visitConstant(constant: Value): void {
    const glance = constant.tensor && constant.isUsed ? glanceOf(constant.tensor) : undefined
    if (glance === undefined) return
    const alike = this.#seen.get(glance) ?? []
    const place = alike.findIndex((other) => isEqual(other, constant))
    const first = alike[place]
    if (first === constant) return
    if (first) {
      alike[place] = this.#visibleFrom(constant.graph, first)
      constant.replaceUsesWith(alike[place])
      this.merged++
    } else alike.push(constant)
    this.#seen.set(glance, alike)
  }

  /** The constant itself where it is visible; two branches, which do not see each other's, see the main graph's. */
  #visibleFrom(graph: Graph, constant: Value): Value {
    for (let scope: Graph | undefined = graph; scope; scope = scope.owner?.graph)
      if (scope === constant.graph) return constant
    if (!constant.tensor) return constant
    const lifted = this.#root.addInitializer(constant.tensor, constant.name)
    constant.replaceUsesWith(lifted)
    return lifted
  }
}

/** Of constants that look alike. */
function isEqual({ tensor: a }: Value, { tensor: b }: Value): boolean {
  if (!a || !b) return false
  return a === b || isSeenWhole(a) || digestOf(a) === digestOf(b)
}

const glances = new WeakMap<Tensor, string>()
const digests = new WeakMap<Tensor, string>()

/** Tensors that are computed when the model is written are compared when they are this small; what they are made of was shared. */
const COMPUTED_BYTES = 4 << 10

const GLANCE = 32

/** Whether a glance shows every byte of it. */
const isSeenWhole = (tensor: Tensor): boolean =>
  !(tensor instanceof StringTensor) && tensorByteLength(tensor) <= 2 * GLANCE

/** dtype, dims, and the bytes at both ends; undefined where even those would cost. */
function glanceOf(tensor: Tensor): string | undefined {
  const known = glances.get(tensor)
  if (known !== undefined) return known
  if (tensor instanceof LazyTensor && tensorByteLength(tensor) > COMPUTED_BYTES) return undefined
  const glance = `${tensor.dtype}[${tensor.dims}]${endsOf(tensor)}`
  glances.set(tensor, glance)
  return glance
}

function endsOf(tensor: Tensor): string {
  if (tensor instanceof StringTensor) return ''
  const { source } = tensor
  const length = tensorByteLength(tensor)
  const read = (start: number, end: number): Uint8Array =>
    source ? source.read(start, end - start) : tensor.bytes().subarray(start, end)
  const [head, tail] = [read(0, Math.min(GLANCE, length)), read(Math.max(0, length - GLANCE), length)]
  return `${base64(head)} ${base64(tail)}`
}

const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')

function digestOf(tensor: Tensor): string {
  const known = digests.get(tensor)
  if (known !== undefined) return known
  const hash = createHash('sha256')
  if (tensor instanceof StringTensor) hash.update(JSON.stringify(tensor.strings))
  else for (const chunk of tensorChunks(tensor)) hash.update(chunk)
  const digest = hash.digest('base64')
  digests.set(tensor, digest)
  return digest
}
