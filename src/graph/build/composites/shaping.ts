import { bounds, type Dim, product } from '../../dims/index.ts'
import { inferredSize } from '../../ops/reshape.ts'
import type { Value } from '../../value.ts'
import type { Builder } from '../builder.ts'
import { shapeTensor } from './sizes.ts'

/**
 * The same elements under other dims. Sizes that keep their place are copied by the runtime (`0`), one other symbolic size
 * is left to it (`-1`), and only what remains is computed.
 *
 * @example reshapeTo(b, x, [n, c, mul(h, w)]) // Reshape(x, [0, 64, -1]) of x [N, 64, H, W]
 */
export function reshapeTo(b: Builder, x: Value, dims: readonly Dim[]): Value {
  if (sameDims(x.dims, dims)) return x
  const mayBeEmpty = dims.some((dim) => bounds(dim, b.model.facts)[0] <= 0)
  if (mayBeEmpty) return b.reshape(x, shapeTensor(b, dims), { allowzero: 1 })
  const written = dims.map((dim, axis) => (typeof dim === 'number' || dim !== x.dims[axis] ? dim : 0))
  const free = written.findLastIndex((dim) => typeof dim !== 'number')
  const isInferable = free >= 0 && inferredSize(x.dims, dims.toSpliced(free, 1)) === dims[free]
  return b.reshape(x, shapeTensor(b, isInferable ? written.with(free, -1) : free < 0 ? written : dims))
}

/** Dims in which -1 stands for what is left of the elements; undefined when they do not divide, or there are two. */
export function completedShape(from: readonly Dim[], wanted: readonly Dim[]): readonly Dim[] | undefined {
  const free = wanted.indexOf(-1)
  if (free < 0) return wanted
  if (free !== wanted.lastIndexOf(-1)) return undefined
  const size = inferredSize(from, wanted.toSpliced(free, 1))
  return size === undefined ? undefined : wanted.with(free, size)
}

export const sameDims = (a: readonly Dim[], b: readonly Dim[]): boolean =>
  a.length === b.length && a.every((dim, axis) => dim === b[axis])

/** Repeats axes of size 1 (and adds axes in front) to `dims`; sizes that x has already are not asked for. */
export function expandTo(b: Builder, x: Value, dims: readonly Dim[]): Value {
  if (sameDims(x.dims, dims)) return x
  const hidden = dims.length - x.rank
  const shape = dims.map((dim, axis) => (x.dims[axis - hidden] === dim ? 1 : dim))
  return b.expand(x, shapeTensor(b, shape))
}

/** Axes in another order; nothing is emitted where the order stays. */
export function permute(b: Builder, x: Value, perm: readonly number[]): Value {
  return perm.every((axis, index) => axis === index) ? x : b.transpose(x, { perm })
}

/** Two axes exchanged. Negative ones count from the end. */
export function swapAxes(b: Builder, x: Value, first: number, second: number): Value {
  const perm = x.dims.map((_, axis) => axis)
  const [from, to] = [normalAxis(first, x.rank), normalAxis(second, x.rank)]
  return permute(b, x, perm.with(from, to).with(to, from))
}

/** One axis moved to another place, the others in order. */
export function moveAxis(b: Builder, x: Value, from: number, to: number): Value {
  const at = normalAxis(from, x.rank)
  const rest = x.dims.map((_, axis) => axis).toSpliced(at, 1)
  return permute(b, x, rest.toSpliced(normalAxis(to, x.rank), 0, at))
}

export const normalAxis = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis)

/** Adds axes of size 1 at these places of the result. */
export const unsqueeze = (b: Builder, x: Value, axes: readonly number[]): Value =>
  axes.length === 0 ? x : b.unsqueeze(x, b.int64s(axes))

/** Removes axes of size 1. */
export const squeeze = (b: Builder, x: Value, axes: readonly number[]): Value =>
  axes.length === 0 ? x : b.squeeze(x, { axes: b.int64s(axes) })

/** Axes `start` to `end` (inclusive) as one. */
export function flattenAxes(b: Builder, x: Value, start = 0, end = -1): Value {
  const [from, to] = [normalAxis(start, x.rank), normalAxis(end, x.rank)]
  if (x.rank === 0) return unsqueeze(b, x, [0])
  return reshapeTo(b, x, [
    ...x.dims.slice(0, from),
    product(x.dims.slice(from, to + 1)),
    ...x.dims.slice(to + 1),
  ])
}

/** x repeated as often along each axis; axes are added in front when there are more repeats than axes. */
export function tile(b: Builder, x: Value, repeats: readonly Dim[]): Value {
  const grown = unsqueeze(
    b,
    x,
    Array.from({ length: Math.max(repeats.length - x.rank, 0) }, (_, axis) => axis),
  )
  if (repeats.every((count) => count === 1)) return grown
  const padded = [...Array.from({ length: grown.rank - repeats.length }, () => 1), ...repeats]
  return b.tile(grown, shapeTensor(b, padded))
}
