import { type Dim, type Node, product } from '../../graph/index.ts'
import { knownDims } from './types.ts'

/** The axis of a moving node's input that an axis of its result is, element by element; undefined where there is none. */
export function axisBefore(node: Node, axis: number): number | undefined {
  if (node.domain !== '') return undefined
  if (node.op === 'Transpose') {
    const perm = node.attribute('perm', 'ints')
    return perm ? perm[axis] : node.output.rank - 1 - axis
  }
  if (!RESHAPING.has(node.op)) return undefined
  const [from, to] = [knownDims(node.input(0)), knownDims(node.output)]
  return from && to ? sameAxis(from, to, axis) : undefined
}

const RESHAPING: ReadonlySet<string> = new Set(['Flatten', 'Reshape', 'Squeeze', 'Unsqueeze'])

/** An axis stays one where it has the same size and as many elements behind it. */
function sameAxis(from: readonly Dim[], to: readonly Dim[], axis: number): number | undefined {
  const [size, behind] = [to[axis], product(to.slice(axis + 1))]
  const found = from.findIndex((dim, at) => dim === size && product(from.slice(at + 1)) === behind)
  return found < 0 || size === 1 || size === 0 ? undefined : found
}
