import { DTYPES, knownIntegers, type Model, type Node, type Value } from '../../../../graph/index.ts'
import { builderAt, replaced } from '../../../match/edit.ts'
import { reshapeTarget } from '../../../match/reshape-target.ts'
import { isSameDims, knownDims } from '../../../match/types.ts'
import { soleUser } from '../../../match/uses.ts'
import type { Pass } from '../../../pass.ts'
import { isOnesMove } from '../transposes/perm.ts'
import { mergedAxes } from './merged-axes.ts'

/**
 * Two operators in a row that give the same elements other dims become one, or none where the second undoes the first:
 * Reshape, Flatten, Squeeze, Unsqueeze, and a Transpose that moves axes of size 1 alone.
 *
 * Such a Transpose alone is a Reshape too, which copies nothing.
 *
 * By the dims that inference knows, never by composing targets: a `0` of the second copies from what the first gives.
 */
export const mergeReshapes: Pass = {
  name: 'merge-reshapes',
  level: 'basic',
  run(model) {
    let merged = 0
    for (const node of model.graph.allNodes())
      if (isReshaping(node) && node.output.isUsed && replaced(node.output, mergedWithBefore(model, node)))
        merged++
    return { node: merged }
  },
}

const RESHAPING: ReadonlySet<string> = new Set(['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze'])

const isReshaping = (node: Node): boolean =>
  node.domain === '' && (RESHAPING.has(node.op) || (node.op === 'Transpose' && isOnesMove(node)))

function mergedWithBefore(model: Model, node: Node): Value | undefined {
  const before = node.input(0).producer
  if (!before || !isReshaping(before))
    return node.op === 'Transpose' ? byTarget(model, node.input(0), node) : undefined
  const source = before.input(0)
  const [from, to] = [knownDims(source), knownDims(node.output)]
  if (!from || !to) return undefined
  if (isSameDims(from, to)) return source
  if (soleUser(before.output) !== node || isMask(before, node)) return undefined
  return byAxes(model, before, node) ?? byTarget(model, source, node)
}

/** `mask[:, None, None, :]`: onnxruntime's attention fusions look for the two Unsqueezes. */
function isMask(before: Node, node: Node): boolean {
  const source = before.input(0)
  const isWhole = source.type?.kind === 'tensor' && DTYPES[source.type.dtype].kind !== 'float'
  return (
    isWhole &&
    before.op === 'Unsqueeze' &&
    node.op === 'Unsqueeze' &&
    source.rank === 2 &&
    node.output.rank === 4
  )
}

/** Unsqueeze after Unsqueeze and Squeeze after Squeeze: whatever the sizes. */
function byAxes(model: Model, before: Node, node: Node): Value | undefined {
  const axes = before.op === node.op ? mergedAxes(before, node) : undefined
  if (!axes) return undefined
  const b = builderAt(model, node)
  const { name } = node.output
  return node.op === 'Unsqueeze'
    ? b.unsqueeze(before.input(0), b.int64s(axes), { name })
    : b.squeeze(before.input(0), { axes: b.int64s(axes), name })
}

function byTarget(model: Model, source: Value, node: Node): Value | undefined {
  const to = node.output.dims
  const target = reshapeTarget(source.dims, to, model.facts)
  const { name } = node.output
  if (target) {
    const b = builderAt(model, node)
    return b.reshape(source, b.int64s(target), { name })
  }
  const given = node.op === 'Reshape' ? knownIntegers(node.input(1)) : undefined
  if (!given?.every((dim, axis) => dim === -1 || (dim !== 0 && dim === to[axis]))) return undefined
  return builderAt(model, node).reshape(source, node.input(1), {
    allowzero: node.attribute('allowzero', 'int'),
    name,
  })
}
