import { type Dim, isSymbolic, mul } from '../../dims/index.ts'
import { tensorOf } from '../../tensor.ts'
import type { Value } from '../../value.ts'
import type { Builder } from '../builder.ts'
import { cast } from './casting.ts'
import { isDim, type Position, rangeOf } from './indexing.ts'
import { reshapeTo } from './shaping.ts'
import { sizeScalar } from './sizes.ts'

/** One spatial axis, and what PyTorch makes of it. */
export interface NearestAxis {
  readonly axis: number
  readonly from: Dim
  readonly to: Position
  /** Given by the caller; else the ratio of the sizes. */
  readonly scale: number | undefined
}

/** `nearest` takes the element that a place begins in, `nearest-exact` the one that its centre lies in. */
export type NearestMode = 'nearest' | 'nearest-exact'

/**
 * Copies elements of one axis as PyTorch chooses them: by a product in float32, whatever the dtype, of the place and the
 * inverse scale (ATen/native/cpu/UpSampleKernel.cpp), where the runtime's Resize divides by the scale. 14 rows made 4 are rows 0, 3, 7, 10
 * there, and 0, 3, 6, 10 here.
 */
export function nearestAlong(b: Builder, x: Value, mode: NearestMode, along: NearestAxis): Value {
  const { axis, from, to } = along
  const places =
    isDim(to) && !isSymbolic(to) && !isSymbolic(from)
      ? b.constant(tensorOf('int64', [to], placesOf(mode, { from, to, scale: along.scale })))
      : placesAtRunTime(b, mode, along)
  const taken = b.gather(x, places, { axis })
  return isDim(to) ? reshapeTo(b, taken, taken.dims.with(axis, to)) : taken
}

interface Sizes {
  readonly from: number
  readonly to: number
  readonly scale: number | undefined
}

/** Which element each place takes. */
export function placesOf(mode: NearestMode, { from, to, scale }: Sizes): number[] {
  const round = Math.fround
  const inverse = scale === undefined ? round(from / to) : round(1 / scale)
  const begin = (place: number) => round(inverse * place)
  const centre = (place: number) => round(Math.max(0, round(round(inverse * (place + 0.5)) - 0.5)) + 0.5)
  const of = mode === 'nearest' ? begin : centre
  return Array.from({ length: to }, (_, place) => Math.min(Math.floor(of(place)), from - 1))
}

function placesAtRunTime(b: Builder, mode: NearestMode, { from, to, scale }: NearestAxis): Value {
  const dtype = 'float32'
  const number = (value: number) => b.scalar(dtype, value)
  const size = cast(b, sizeScalar(b, from), dtype)
  const places = cast(
    b,
    isDim(to) ? rangeOf(b, to) : b.range(b.scalar('int64', 0), scalarOf(b, to), b.scalar('int64', 1)),
    dtype,
  )
  const inverse =
    scale === undefined
      ? b.div(size, cast(b, isDim(to) ? sizeScalar(b, to) : scalarOf(b, to), dtype))
      : number(1 / scale)
  const begin = (): Value => b.mul(places, inverse)
  const centre = (): Value => {
    const middle = b.sub(b.mul(b.add(places, number(0.5)), inverse), number(0.5))
    return b.add(b.max([middle, number(0)]), number(0.5))
  }
  const whole = cast(b, mode === 'nearest' ? begin() : centre(), 'int64')
  return b.min([whole, b.sub(sizeScalar(b, from), b.scalar('int64', 1))])
}

const scalarOf = (b: Builder, size: Value): Value => (size.rank === 0 ? size : reshapeTo(b, size, []))

/** Sizes up to here are tried; images are not larger. */
const TRIED = 1 << 16

const known = new Map<number, boolean>()

/**
 * Whether the runtime's Resize takes the same elements: where every element is repeated, and the product with the inverse,
 * which float32 rounds, never falls below the element that the division gives.
 */
export function repeatsExactly(along: NearestAxis): boolean {
  const factor = repeatsOf(along)
  if (factor === undefined) return false
  const before = known.get(factor)
  if (before !== undefined) return before
  const to = Math.floor(TRIED / factor) * factor
  const places = placesOf('nearest', { from: to / factor, to, scale: factor })
  const isExact = places.every((element, place) => element === Math.floor(place / factor))
  known.set(factor, isExact)
  return isExact
}

const MOST_REPEATS = 64

/** By what whole number an axis grows. */
export function repeatsOf({ from, to, scale }: NearestAxis): number | undefined {
  if (!isDim(to)) return undefined
  for (let factor = scale ?? 1; factor <= (scale ?? MOST_REPEATS); factor++)
    if (Number.isInteger(factor) && mul(from, factor) === to) return factor
  return undefined
}
