import { elementCount } from '../tensor.ts'
import { type Words, wordsOf } from './words.ts'

/** Strided views made contiguous. Dims and strides are in elements and not negative, as PyTorch's are. */

/** Row-major strides, in elements. */
export function rowMajorStrides(dims: readonly number[]): number[] {
  const strides = dims.map(() => 1)
  for (let axis = dims.length - 2; axis >= 0; axis--)
    strides[axis] = (strides[axis + 1] ?? 1) * (dims[axis + 1] ?? 1)
  return strides
}

/** Elements from the first to the last one of a view, both included; 0 for an empty view. */
export function extentOf(dims: readonly number[], strides: readonly number[]): number {
  if (dims.includes(0)) return 0
  return dims.reduce((extent, dim, axis) => extent + (dim - 1) * (strides[axis] ?? 0), 1)
}

/** Whether the view is a row-major run of elements. Strides of dims of size 1 mean nothing, as in PyTorch. */
export function isContiguous(dims: readonly number[], strides: readonly number[]): boolean {
  if (dims.includes(0)) return true
  let expected = 1
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    const dim = dims[axis] ?? 1
    if (dim !== 1 && strides[axis] !== expected) return false
    expected *= dim
  }
  return true
}

/**
 * The elements of a view in row-major order. `bytes` begins at the view's first element and reaches its last; `width`
 * is the size of an element in bytes (1, 2, 4, 8 or 16).
 */
export function gatherStrided(
  bytes: Uint8Array,
  width: number,
  dims: readonly number[],
  strides: readonly number[],
): Uint8Array {
  const count = elementCount(dims)
  const out = new Uint8Array(count * width)
  if (count === 0) return out
  const unit = Math.min(width, 4)
  const axes = mergeAxes(dims, strides, width / unit)
  const inner = axes.pop() ?? { dim: 1, stride: 1 }
  const [from, to] = [wordsOf(bytes, unit), wordsOf(out, unit)]
  const along = inner.stride >= TILE && inner.dim >= TILE ? contiguousAxis(axes) : undefined
  if (along === undefined) copyAxes(from, to, axes, inner)
  else copyTiles(from, to, { axes, along, inner })
  return out
}

/** Elements along either side of a tile: its rows, in both orders, fit into the nearest cache. */
const TILE = 32

/** The axis whose neighbours lie side by side in the source, and are worth tiles. */
function contiguousAxis(axes: readonly Axis[]): number | undefined {
  const along = axes.findIndex(({ dim, stride }) => stride === 1 && dim >= TILE)
  return along < 0 ? undefined : along
}

interface Tiling {
  readonly axes: readonly Axis[]
  /** Which of the axes is contiguous in the source. */
  readonly along: number
  /** The axis that is contiguous in the result. */
  readonly inner: Axis
}

/** A transposition tile by tile: row by row, every element of a large matrix would be fetched into the cache alone. */
function copyTiles(from: Words, to: Words, { axes, along, inner }: Tiling): void {
  const steps = rowMajorStrides([...axes.map(({ dim }) => dim), inner.dim])
  const columns = axes[along]?.dim ?? 1
  const step = steps[along] ?? 1
  const rest = axes.map((axis, index) => ({ ...axis, step: steps[index] ?? 1 })).toSpliced(along, 1)
  eachStart(rest, (source, target) => {
    for (let row = 0; row < inner.dim; row += TILE)
      for (let column = 0; column < columns; column += TILE)
        copyTile(from, source + row * inner.stride + column, to, target + row + column * step, {
          rows: Math.min(TILE, inner.dim - row),
          columns: Math.min(TILE, columns - column),
          rowStride: inner.stride,
          step,
        })
  })
}

interface Tile {
  readonly rows: number
  readonly columns: number
  /** From row to row in the source. */
  readonly rowStride: number
  /** From column to column in the result. */
  readonly step: number
}

function copyTile(from: Words, source: number, to: Words, target: number, tile: Tile): void {
  const { rows, columns, rowStride, step } = tile
  for (let column = 0; column < columns; column++) {
    const [first, place] = [source + column, target + column * step]
    for (let row = 0; row < rows; row++) to[place + row] = from[first + row * rowStride] ?? 0
  }
}

/** Every position along the axes: where it is in the source and in the result. */
function eachStart(
  axes: readonly (Axis & { readonly step: number })[],
  visit: (source: number, target: number) => void,
  source = 0,
  target = 0,
): void {
  const [axis, ...inner] = axes
  if (!axis) visit(source, target)
  else
    for (let at = 0; at < axis.dim; at++)
      eachStart(inner, visit, source + at * axis.stride, target + at * axis.step)
}

interface Axis {
  readonly dim: number
  readonly stride: number
}

/**
 * Axes outermost first, without those of size 1, neighbours that step alike made one. Elements of more than one word
 * get an innermost axis of their words.
 */
function mergeAxes(dims: readonly number[], strides: readonly number[], wordsPerElement: number): Axis[] {
  const merged: Axis[] = []
  const all = dims.map((dim, axis) => ({ dim, stride: (strides[axis] ?? 0) * wordsPerElement }))
  for (const axis of [...all, { dim: wordsPerElement, stride: 1 }]) {
    if (axis.dim === 1) continue
    const outer = merged.at(-1)
    if (outer && outer.stride === axis.stride * axis.dim) {
      merged[merged.length - 1] = { dim: outer.dim * axis.dim, stride: axis.stride }
    } else {
      merged.push(axis)
    }
  }
  return merged
}

/** Copies one innermost run after the other, counting through the outer axes like an odometer. */
function copyAxes(from: Words, to: Words, outer: readonly Axis[], inner: Axis): void {
  const position = outer.map(() => 0)
  let source = 0
  for (let target = 0; target < to.length; target += inner.dim) {
    copyRun(from, source, to, target, inner)
    for (let axis = outer.length - 1; axis >= 0; axis--) {
      const { dim, stride } = outer[axis] ?? inner
      const next = (position[axis] ?? 0) + 1
      source += stride
      position[axis] = next
      if (next < dim) break
      position[axis] = 0
      source -= stride * dim
    }
  }
}

function copyRun(from: Words, source: number, to: Words, target: number, { dim, stride }: Axis): void {
  if (stride === 1 && dim > 16) {
    to.set(from.subarray(source, source + dim), target)
    return
  }
  for (let i = 0; i < dim; i++) to[target + i] = from[source + i * stride] ?? 0
}
