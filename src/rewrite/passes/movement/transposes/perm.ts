import type { Node } from '../../../../graph/index.ts'
import { knownDims } from '../../../match/types.ts'

/** Axis i of the result is axis `perm[i]` of what is transposed. */
export type Perm = readonly number[]

/** The axes of a Transpose in full; undefined where the rank is unknown. */
export function permOf(node: Node): Perm | undefined {
  const rank = knownDims(node.input(0))?.length
  if (rank === undefined) return undefined
  return node.attribute('perm', 'ints') ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis)
}

/** What `first` and then `second` do. */
export const composed = (first: Perm, second: Perm): Perm => second.map((axis) => first[axis] ?? 0)

export function inverse(perm: Perm): Perm {
  const result = new Array<number>(perm.length)
  perm.forEach((axis, index) => {
    result[axis] = index
  })
  return result
}

export const isIdentity = (perm: Perm): boolean => perm.every((axis, index) => axis === index)

export const isSamePerm = (a: Perm, b: Perm): boolean =>
  a.length === b.length && a.every((axis, index) => axis === b[index])

/** Whether a Transpose leaves the order of elements: what it moves has size 1. */
export function isOnesMove(node: Node): boolean {
  const dims = knownDims(node.input(0))
  const moved = permOf(node)?.filter((axis) => dims?.[axis] !== 1)
  return moved?.every((axis, index) => index === 0 || axis > (moved[index - 1] ?? 0)) ?? false
}
