import { add, ceilDiv, type Dim, sub } from '../dims/index.ts'
import type { InferenceContext } from '../inference/context.ts'
import { type OutputInfo, tensorInfo } from '../inference/output-info.ts'
import { namedAxes, staticDims } from '../inference/shared.ts'
import { allOf, moved, pickMap } from '../kernels/index-maps.ts'
import { larger, smaller } from './integer-arithmetic.ts'

/** One axis of a slice. */
interface Cut {
  readonly axis: number
  readonly start: Dim
  readonly end: Dim
  readonly step: number
}

/** Slice as NumPy's, bounds clamped to the axis. */
export function inferSlice(context: InferenceContext): OutputInfo[] {
  const dims = context.dims(0)
  const cuts = cutsOf(context)
  const unknown = (dim: Dim) => context.unbackedDim(context.bounds(dim)[1])
  if (!cuts) return [tensorInfo(context.dtype(0), unknownCuts(context, dims, unknown))]
  const sliced = [...dims]
  for (const cut of cuts) {
    const size = dims[cut.axis] ?? 0
    sliced[cut.axis] = slicedDim(context, size, cut) ?? unknown(size)
  }
  return [tensorInfo(context.dtype(0), sliced, slicedContent(context, cuts))]
}

function cutsOf(context: InferenceContext): Cut[] | undefined {
  const [starts, ends] = [context.clampedContent(1), context.clampedContent(2)]
  const axes = namedAxes(context, 3, starts?.length ?? 0)
  const steps = context.inputs[4] ? context.numbers(4) : starts?.map(() => 1)
  if (!starts || !ends || !axes || !steps) return undefined
  if (ends.length !== starts.length || axes.length !== starts.length || steps.length !== starts.length)
    context.fail('starts, ends, axes and steps differ in length')
  if (steps.includes(0)) context.fail('a step is 0')
  return axes.map((axis, at) => ({ axis, start: starts[at] ?? 0, end: ends[at] ?? 0, step: steps[at] ?? 1 }))
}

/** Bounds that only the data decides still leave the axes alone that are not sliced. */
function unknownCuts(context: InferenceContext, dims: readonly Dim[], unknown: (dim: Dim) => Dim): Dim[] {
  const [count] = context.dims(1)
  const axes = typeof count === 'number' ? namedAxes(context, 3, count) : undefined
  return dims.map((dim, axis) => (axes && !axes.includes(axis) ? dim : unknown(dim)))
}

function slicedDim(context: InferenceContext, size: Dim, { start, end, step }: Cut): Dim | undefined {
  const forward = step > 0
  const from = clamped(context, start, startLimits(size, step))
  const to = clamped(context, end, endLimits(size, step))
  if (from === undefined || to === undefined || isDisputed(end, step)) return undefined
  const length = forward ? sub(to, from) : sub(from, to)
  return ceilDiv(larger(context, length, 0), Math.abs(step))
}

/** "To the end" is spelled INT_MAX of either width; no runtime holds a dim of that size. */
const TO_THE_END = 2 ** 31 - 1

interface Limits {
  readonly size: Dim
  readonly low: number
  readonly high: Dim
}

/** Backwards to INT_MAX is nothing in the specification, which has INT_MIN for that, and the whole axis in onnxruntime. */
const isDisputed = (end: Dim, step: number): boolean =>
  step < 0 && typeof end === 'number' && end >= TO_THE_END

/** Backwards, the start stays inside and the end may lie before the first element (specification of Slice). */
const startLimits = (size: Dim, step: number): Limits =>
  step > 0 ? { size, low: 0, high: size } : { size, low: 0, high: sub(size, 1) }

const endLimits = (size: Dim, step: number): Limits =>
  step > 0 ? { size, low: 0, high: size } : { size, low: -1, high: sub(size, 1) }

/** A bound counted from the front. */
function clamped(context: InferenceContext, bound: Dim, { size, low, high }: Limits): Dim | undefined {
  if (typeof bound === 'number' && Math.abs(bound) >= TO_THE_END) return bound < 0 ? low : high
  const fromEnd = context.decide(bound, '<', 0)
  if (fromEnd === undefined) return undefined
  const position = fromEnd ? add(bound, size) : bound
  return fromEnd ? larger(context, position, low) : smaller(context, position, high)
}

function slicedContent(context: InferenceContext, cuts: readonly Cut[]): Dim[] | undefined {
  const content = context.content(0)
  const from = staticDims(context.dims(0))
  if (!content || !from) return undefined
  const picks = from.map(allOf)
  for (const { axis, start, end, step } of cuts) {
    const size = from[axis] ?? 0
    const first = clamped(context, start, startLimits(size, step))
    const last = clamped(context, end, endLimits(size, step))
    if (typeof first !== 'number' || typeof last !== 'number' || isDisputed(end, step)) return undefined
    picks[axis] = positions(first, last, step)
  }
  return moved(content, pickMap(from, picks))
}

function positions(first: number, last: number, step: number): number[] {
  const length = Math.max(Math.ceil((last - first) / step), 0)
  return Array.from({ length }, (_, index) => first + index * step)
}
