import {
  createBuilder,
  elementCount,
  fold,
  isFoldable,
  type Model,
  type Node,
  tensorByteLength,
  type Value,
} from '../../../graph/index.ts'
import type { Pass } from '../../pass.ts'
import { Replacement } from '../../replacement.ts'

/** Results up to this many bytes are worth storing whatever they replace. */
const SMALL_RESULT = 16 << 10

/** A result this large is left to the runtime: computing it here would cost more than loading it there. */
const LARGEST_RESULT = 256 << 20

/** A few rows of a table this large are gathered by the runtime: computing them here would hold the table in memory. */
const LARGEST_INPUT = 512 << 20

/** Multiply-accumulates of a product of constants, about a second's worth. */
const LARGEST_PRODUCT = 2 ** 28

/**
 * Computes nodes whose inputs are all constants with our own kernels: masks, position tables, normalised weights.
 *
 * A file must not grow by it. A large result is stored only if it is no larger than the constants that it makes
 * unnecessary; so `Expand` and `Tile` of a constant, or float16 weights widened by a Cast, stay as they are.
 */
export const foldConstants: Pass = {
  name: 'fold-constants',
  level: 'basic',
  run(model) {
    let folded = 0
    const replacement = new Replacement(model)
    for (const node of model.graph.allNodes()) {
      replacement.follow(node)
      if (foldNode(model, node, replacement)) folded++
    }
    replacement.finish()
    return { node: folded }
  },
}

function foldNode(model: Model, node: Node, replacement: Replacement): boolean {
  if (!isKnown(node) || !node.outputs.some((output) => output.isUsed)) return false
  if (!isWorthStoring(node) || !isCheap(node)) return false
  const results = fold(node)
  if (!results) return false
  const b = createBuilder(model, { graph: node.graph, before: node })
  node.outputs.forEach((output, index) => {
    const result = results[index]
    if (result) replacement.replace(output, b.constant(result, output.name))
  })
  return true
}

function isWorthStoring(node: Node): boolean {
  const size = node.outputs.reduce((sum, output) => sum + bytesOf(output), 0)
  return size <= SMALL_RESULT || (size <= LARGEST_RESULT && size <= freed(node))
}

/** Products alone cost more than what goes in and out of them. */
function isCheap({ op, inputs, outputs }: Node): boolean {
  const depth = op === 'MatMul' ? inputs[0]?.tensor?.dims.at(-1) : undefined
  return depth === undefined || outputs.every((output) => depth * elementsOf(output) <= LARGEST_PRODUCT)
}

/** Bytes of constants that folding makes unnecessary: those that nothing else reads, and its part of those that are all cut up. */
function freed(node: Node): number {
  let bytes = 0
  for (const input of new Set(node.inputs)) {
    if (!input?.tensor || input.outputOf.length > 0) continue
    if (input.userCount === 1) bytes += tensorByteLength(input.tensor)
    else if (isCutUp(input)) bytes += node.outputs.reduce((sum, output) => sum + bytesOf(output), 0)
  }
  return bytes
}

/** More readers than the gates of a recurrent layer have are not looked at. */
const MOST_CUTS = 32

/** Whether all that reads a constant will be folded, and be no larger together: the gates that a weight is sliced into. */
function isCutUp(constant: Value): boolean {
  if (!constant.tensor || constant.userCount > MOST_CUTS) return false
  let bytes = 0
  for (const user of constant.users) {
    if (!isKnown(user)) return false
    for (const output of user.outputs) bytes += bytesOf(output)
  }
  return bytes <= tensorByteLength(constant.tensor)
}

/** Whether there is a kernel, and constants for it. */
const isKnown = ({ op, domain, inputs }: Node): boolean =>
  isFoldable(op, domain) && inputs.every((input) => !input || isReadable(input))

/** A constant that is not too large to be read: kernels take it whole. */
const isReadable = ({ tensor }: Value): boolean =>
  tensor !== undefined && (tensor.dtype === 'string' || tensorByteLength(tensor) <= LARGEST_INPUT)

function bytesOf(value: Value): number {
  const { type } = value
  if (type?.kind !== 'tensor' || type.dtype === 'string') return 0
  return tensorByteLength({ dtype: type.dtype, dims: [elementsOf(value)] })
}

/** 0 where only a run tells. */
function elementsOf({ type }: Value): number {
  const dims = type?.kind === 'tensor' ? type.dims : undefined
  return dims?.every((dim) => typeof dim === 'number') ? elementCount(dims) : 0
}
