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
  copyAxes(wordsOf(bytes, unit), wordsOf(out, unit), axes, inner)
  return out
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
