import { type Dim, type Model, type Node, product, type Value } from '../../../../graph/index.ts'
import { builderAt, replaced } from '../../../match/edit.ts'
import { reshapeTarget } from '../../../match/reshape-target.ts'
import { isSameDims, knownDims } from '../../../match/types.ts'
import { producerOf, soleUser } from '../../../match/uses.ts'
import type { Pass } from '../../../pass.ts'
import { permOf } from '../transposes/perm.ts'

/**
 * Reshape → Transpose → Reshape where the first only makes several axes one: the Transpose moves them one by one, and the
 * first Reshape goes; so does the second where it only splits them again.
 *
 * @example [N, 4, S, 32] → [4·N, S, 32] → [4·N, 32, S] → [N, 4, 32, S] // Transpose(0, 1, 3, 2)
 */
export const mergeTransposedReshape: Pass = {
  name: 'merge-transposed-reshape',
  level: 'basic',
  operators: [['Transpose'], ['Reshape']],
  run(model) {
    let merged = 0
    for (const node of model.graph.allNodes())
      if (
        node.op === 'Reshape' &&
        node.domain === '' &&
        node.output.isUsed &&
        replaced(node.output, transposed(model, node))
      )
        merged++
    return { node: merged }
  },
}

function transposed(model: Model, last: Node): Value | undefined {
  const middle = producerOf(last.input(0), 'Transpose', last)
  const first = middle && producerOf(middle.input(0), 'Reshape', last)
  if (!first || soleUser(middle.output) !== last || soleUser(first.output) !== middle) return undefined
  const [from, between, to, perm] = [
    knownDims(first.input(0)),
    knownDims(first.output),
    knownDims(last.output),
    permOf(middle),
  ]
  const groups = from && between && groupsOf(from, between)
  if (!groups || !to || !perm) return undefined
  const axes = perm.flatMap((axis) => groups[axis] ?? [])
  const dims = axes.map((axis) => from[axis] ?? 1)
  const target = isSameDims(dims, to) ? [] : reshapeTarget(dims, to, model.facts)
  if (!target) return undefined
  const b = builderAt(model, last)
  const moved = b.transpose(first.input(0), { perm: axes, name: middle.output.name })
  return target.length === 0 ? moved : b.reshape(moved, b.int64s(target), { name: last.output.name })
}

/** For each dim of `to` the axes of `from` that it is the product of, in order; undefined where axes are split. */
function groupsOf(from: readonly Dim[], to: readonly Dim[]): number[][] | undefined {
  const groups: number[][] = []
  let next = 0
  for (const dim of to) {
    const group: number[] = []
    while (next < from.length && product(group.map((axis) => from[axis] ?? 1)) !== dim) group.push(next++)
    if (product(group.map((axis) => from[axis] ?? 1)) !== dim) return undefined
    groups.push(group)
  }
  for (; from[next] === 1; next++) groups.at(-1)?.push(next)
  return next === from.length ? groups : undefined
}
