import type { Dim, Model, Node, Value } from '../../../../graph/index.ts'
import { builderAt, replaced } from '../../../match/edit.ts'
import { knownDims } from '../../../match/types.ts'
import { producerOf, soleUser } from '../../../match/uses.ts'
import type { Pass } from '../../../pass.ts'
import { composed, isIdentity, type Perm, permOf } from './perm.ts'

/**
 * A Reshape that only moves axes of size 1, beside a Transpose, becomes part of it.
 *
 * @example [N, 36, 1, T] → (0, 2, 3, 1) → [N, 1, T, 36] → Reshape → [N, T, 36, 1] // Transpose(0, 3, 1, 2)
 */
export const mergeMovedOnes: Pass = {
  name: 'merge-moved-ones',
  level: 'basic',
  operators: [['Transpose'], ['Reshape']],
  run(model) {
    let merged = 0
    for (const node of model.graph.allNodes())
      if (
        node.domain === '' &&
        node.outputs[0]?.isUsed &&
        replaced(node.output, mergedWithBefore(model, node))
      )
        merged++
    return { node: merged }
  },
}

function mergedWithBefore(model: Model, node: Node): Value | undefined {
  const [before, other] = node.op === 'Reshape' ? ['Transpose', 'Reshape'] : ['Reshape', 'Transpose']
  const first = node.op === other ? producerOf(node.input(0), before, node) : undefined
  if (!first || soleUser(first.output) !== node) return undefined
  const [one, two] = [orderOf(first), orderOf(node)]
  if (!one || !two) return undefined
  const perm = composed(one, two)
  const source = first.input(0)
  return isIdentity(perm)
    ? source
    : builderAt(model, node).transpose(source, { perm, name: node.output.name })
}

/** The axes of a Transpose, or those of a Reshape that could be one. */
function orderOf(node: Node): Perm | undefined {
  if (node.op === 'Transpose') return permOf(node)
  const [from, to] = [knownDims(node.input(0)), knownDims(node.output)]
  if (!from || !to || from.length !== to.length) return undefined
  const [ones, others] = [axesWhere(from, (dim) => dim === 1), axesWhere(from, (dim) => dim !== 1)]
  const perm = to.map((dim) => (dim === 1 ? ones : others).shift())
  return perm.every((axis, at) => axis !== undefined && from[axis] === to[at])
    ? perm.filter((axis) => axis !== undefined)
    : undefined
}

const axesWhere = (dims: readonly Dim[], holds: (dim: Dim) => boolean): number[] =>
  dims.flatMap((dim, axis) => (holds(dim) ? [axis] : []))
