/**
 * Operators that only move elements (Transpose, Slice, Gather, Tile, Pad, Expand, Concat) are maps from output positions
 * to input positions. The maps serve typed arrays (constant folding) and lists of symbolic integers (shape inference).
 */

import { rowMajorStrides } from '../bytes/index.ts'
import { elementCount } from '../tensor.ts'

/** Marks an element that comes from no input (padding). */
export const FILL = -1

/** Output element [i, j, …] is input element [picks[0][i], picks[1][j], …]; FILL anywhere gives FILL. */
export function pickMap(dims: readonly number[], picks: readonly ArrayLike<number>[]): Int32Array {
  const strides = rowMajorStrides(dims)
  let map = Int32Array.of(0)
  picks.forEach((pick, axis) => {
    const stride = strides[axis] ?? 1
    const next = new Int32Array(map.length * pick.length)
    let at = 0
    for (const base of map) {
      for (let i = 0; i < pick.length; i++) {
        const index = pick[i] ?? FILL
        next[at++] = base === FILL || index === FILL ? FILL : base + index * stride
      }
    }
    map = next
  })
  return map
}

export const allOf = (size: number): number[] => Array.from({ length: size }, (_, index) => index)

/** As NumPy's transpose: output axis i is input axis perm[i]. */
export function transposeMap(dims: readonly number[], perm: readonly number[]): Int32Array {
  const strides = rowMajorStrides(dims)
  let map = Int32Array.of(0)
  for (const axis of perm) {
    const size = dims[axis] ?? 1
    const stride = strides[axis] ?? 1
    const next = new Int32Array(map.length * size)
    let at = 0
    for (const base of map) for (let i = 0; i < size; i++) next[at++] = base + i * stride
    map = next
  }
  return map
}

/** Positions of a tensor of `dims` as seen from the dims it broadcasts to. */
export function broadcastMap(dims: readonly number[], to: readonly number[]): Int32Array {
  const padded = [...to.slice(dims.length).map(() => 1), ...dims]
  return pickMap(
    padded,
    to.map((size, axis) => (padded[axis] === size ? allOf(size) : new Int32Array(size))),
  )
}

/** Positions in all inputs laid end to end. */
export function concatMap(inputs: readonly (readonly number[])[], axis: number): Int32Array {
  const total = inputs.reduce((sum, dims) => sum + elementCount(dims), 0)
  const map = new Int32Array(total)
  const outer = elementCount(inputs[0]?.slice(0, axis) ?? [])
  const blocks = inputs.map((dims) => elementCount(dims.slice(axis)))
  const starts = blocks.map((_, index) =>
    blocks.slice(0, index).reduce((sum, block) => sum + outer * block, 0),
  )
  let at = 0
  for (let row = 0; row < outer; row++) {
    blocks.forEach((block, index) => {
      const start = (starts[index] ?? 0) + row * block
      for (let i = 0; i < block; i++) map[at++] = start + i
    })
  }
  return map
}

/** Elements of a list by a map; `fill` where the map says so. */
export function moved<T>(list: ArrayLike<T>, map: Int32Array, fill?: T): T[] | undefined {
  const out: T[] = []
  for (const position of map) {
    const element = position === FILL ? fill : list[position]
    if (element === undefined) return undefined
    out.push(element)
  }
  return out
}
