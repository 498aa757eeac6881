import { knownIntegers, type Node } from '../../graph/index.ts'
import { knownDims } from './types.ts'

/** The axes of a reduction that names them and keeps them as 1: sorted, from 0. */
export function keptAxes(node: Node): readonly number[] | undefined {
  const rank = knownDims(node.input(0))?.length
  const given = node.inputs[1] && knownIntegers(node.inputs[1])
  if (rank === undefined || !given?.every((axis) => typeof axis === 'number')) return undefined
  if (node.attribute('keepdims', 'int') === 0 || given.length === 0) return undefined
  return given.map((axis) => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b)
}
