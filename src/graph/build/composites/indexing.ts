import { ModelError } from '../../../errors/index.ts'
import { add, type Dim, decide, dimName, isSymbolic, mod, sub } from '../../dims/index.ts'
import { tensorOf } from '../../tensor.ts'
import type { Value } from '../../value.ts'
import type { Builder } from '../builder.ts'
import { knownBatch } from './packed-batch.ts'
import { normalAxis, squeeze } from './shaping.ts'
import { shapeTensor, sizeScalar, sizeVector } from './sizes.ts'

/** A bound or an index: counted from the end when negative; a Value when only the run knows it (0-D int64). */
export type Position = Dim | Value

export interface SliceOptions {
  /** @default the beginning of the axis, its end for a negative step */
  readonly start?: Position | undefined
  /** @default the end of the axis, its beginning (included) for a negative step */
  readonly end?: Position | undefined
  /** @default 1 */
  readonly step?: number | undefined
}

const INT64_MAX = 2n ** 63n - 1n

/** Python's `x[start:end:step]` along one axis: bounds beyond the axis are clamped. */
export function slice(
  b: Builder,
  x: Value,
  axis: number,
  { start, end, step = 1 }: SliceOptions = {},
): Value {
  const at = normalAxis(axis, x.rank)
  if (step === 1 && isBeginning(start) && isWholeEnd(end, x.dims[at] ?? 0)) return x
  const backwards = step < 0
  const starts = start === undefined ? b.int64s([backwards ? INT64_MAX : 0]) : positionVector(b, start)
  const ends = end === undefined ? b.int64s([backwards ? -INT64_MAX : INT64_MAX]) : positionVector(b, end)
  return b.slice(x, starts, ends, { axes: b.int64s([at]), steps: step === 1 ? undefined : b.int64s([step]) })
}

const isBeginning = (start: Position | undefined): boolean => start === undefined || start === 0

const isWholeEnd = (end: Position | undefined, size: Dim): boolean =>
  end === undefined || end === size || (typeof end === 'number' && typeof size === 'number' && end >= size)

function positionVector(b: Builder, position: Position): Value {
  if (isDim(position)) return sizeVector(b, position)
  return position.rank === 0 ? b.unsqueeze(position, b.int64s([0])) : position
}

export const isDim = (position: Position): position is Dim =>
  typeof position === 'number' || !('graph' in position)

/** The slices `start` to `start + length` of an axis. */
export function narrow(b: Builder, x: Value, axis: number, start: Dim, length: Dim): Value {
  const size = x.dims[normalAxis(axis, x.rank)] ?? 0
  const first = decide(start, '<', 0, b.model.facts) ? add(start, size) : start
  return slice(b, x, axis, { start: first, end: add(first, length) })
}

/** One slice of an axis, which goes away. Negative indices count from the end. */
export function select(b: Builder, x: Value, axis: number, index: Position): Value {
  const at = normalAxis(axis, x.rank)
  if (!isDim(index)) return b.gather(x, index.rank === 0 ? index : squeeze(b, index, [0]), { axis: at })
  const size = x.dims[at] ?? 0
  if (typeof index === 'number' && typeof size === 'number' && (index >= size || index < -size))
    throw outOfRange(b, index, size)
  const batch = index === 0 ? knownBatch(x) : undefined
  return batch === undefined ? b.gather(x, sizeScalar(b, index), { axis: at }) : sizeScalar(b, batch)
}

const outOfRange = (b: Builder, index: number, size: Dim): ModelError =>
  new ModelError('MODEL_ERROR', {
    what: `Index ${index} is out of range for an axis of ${dimName(size)}`,
    where: b.origin,
  })

/** All slices of an axis of fixed size, each without it. */
export function unbind(b: Builder, x: Value, axis = 0): readonly Value[] {
  const at = normalAxis(axis, x.rank)
  const count = x.dims[at] ?? 0
  if (isSymbolic(count))
    throw new ModelError('UNSUPPORTED_CONSTRUCT', {
      what: `A tensor is taken apart along an axis of the dynamic size ${dimName(count)}`,
      where: b.origin,
      next: 'Fix that size: a number in the place of its name in input=',
    })
  if (count === 1) return [squeeze(b, x, [at])]
  const parts = b.split(x, { axis: at, split: b.int64s(Array.from({ length: count }, () => 1)) })
  return parts.map((part) => squeeze(b, part, [at]))
}

/** Parts of an axis, of the given lengths. */
export function splitSizes(b: Builder, x: Value, sizes: readonly Dim[], axis = 0): readonly Value[] {
  if (sizes.length === 1) return [x]
  return b.split(x, { axis: normalAxis(axis, x.rank), split: shapeTensor(b, sizes) })
}

/** Elements in reverse order along these axes. */
export function flip(b: Builder, x: Value, axes: readonly number[]): Value {
  if (axes.length === 0) return x
  const all = (value: number | bigint): Value => b.int64s(axes.map(() => value))
  return b.slice(x, all(-1), all(-INT64_MAX), {
    axes: b.int64s(axes.map((axis) => normalAxis(axis, x.rank))),
    steps: all(-1),
  })
}

/** Elements shifted along an axis; those that leave at one end come in at the other. */
export function roll(b: Builder, x: Value, axis: number, shift: Dim): Value {
  const at = normalAxis(axis, x.rank)
  const size = x.dims[at] ?? 0
  if (size === 0 || size === 1) return x
  const forward = rolled(b, shift, size)
  if (forward === 0) return x
  if (forward === undefined) return rolledByIndex(b, x, at, size, shift)
  const border = sub(size, forward)
  return b.concat([slice(b, x, at, { start: border }), slice(b, x, at, { end: border })], { axis: at })
}

/** The shift in [0, size); undefined where it depends on a dynamic size how often the size goes into the shift. */
function rolled(b: Builder, shift: Dim, size: Dim): Dim | undefined {
  const { facts } = b.model
  if (!isSymbolic(shift) && !isSymbolic(size)) return mod(shift, size)
  if (decide(shift, '>=', 0, facts) && decide(shift, '<=', size, facts)) return shift
  const up = add(shift, size)
  if (decide(shift, '<', 0, facts) && decide(up, '>=', 0, facts)) return up
  return undefined
}

/** The element at (place − shift) mod size: right for every size, and the axis stays what it is. */
function rolledByIndex(b: Builder, x: Value, axis: number, size: Dim, shift: Dim): Value {
  const places = b.sub(rangeOf(b, size), sizeScalar(b, shift))
  return b.gather(x, b.mod(places, sizeScalar(b, size)), { axis })
}

/** 0, 1, …, length − 1 as a 1-D int64 tensor. */
export const rangeOf = (b: Builder, length: Dim): Value =>
  typeof length === 'number' && length <= RANGE_CONSTANT_LIMIT
    ? b.constant(
        tensorOf(
          'int64',
          [length],
          Array.from({ length }, (_, index) => index),
        ),
      )
    : b.range(b.scalar('int64', 0), sizeScalar(b, length), b.scalar('int64', 1))

/** Longer ranges are computed by the runtime. */
const RANGE_CONSTANT_LIMIT = 1024
