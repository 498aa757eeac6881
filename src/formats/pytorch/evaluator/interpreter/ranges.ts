import { ModelError } from '../../../../errors/index.ts'
import { add, ceilDiv, composites, type Dim, mul, sub, type Value } from '../../../../graph/index.ts'
import { concrete } from '../decisions.ts'
import { asIndex } from '../numbers/indices.ts'
import { isSafe, wholeNumber } from '../numbers/numbers.ts'
import { pythonError } from '../python-error.ts'
import { UndecidedByData } from '../undecided.ts'
import { type IntValue, int, type PyValue, type RangeValue } from '../values/index.ts'
import type { Interpreter } from './interpreter.ts'

/** `range(stop)`, `range(start, stop)`, `range(start, stop, step)` */
export function makeRange(i: Interpreter, given: readonly PyValue[]): RangeValue {
  if (given.length < 1 || given.length > 3)
    throw pythonError('TypeError', `range expected 1 to 3 arguments, got ${given.length}`)
  const [first = int(0), second, step = int(1)] = given.map((value) => asIndex(i, value))
  if (step.value === 0) throw pythonError('ValueError', 'range() arg 3 must not be zero')
  return { kind: 'range', start: second ? first : int(0), stop: second ?? first, step }
}

/** `len(range(…))`; of ends that stem from a dynamic dim, at its hint, as a guard. */
export function rangeLength(i: Interpreter, { start, stop, step }: RangeValue): number {
  if ([start, stop, step].every(isSafe)) {
    const stride = concrete(i.session, step.value)
    const span = concrete(i.session, sub(stop.value, start.value))
    return Math.max(0, Math.ceil(span / stride))
  }
  const [first, end, stride] = [wholeNumber(i, start), wholeNumber(i, stop), wholeNumber(i, step)]
  const span = stride > 0n ? end - first + stride - 1n : first - end - stride - 1n
  return Number(span > 0n ? span / (stride > 0n ? stride : -stride) : 0n)
}

export function rangeItem(i: Interpreter, { start, step }: RangeValue, index: number): IntValue {
  const stride = isSafe(step) ? concrete(i.session, step.value) : Number.NaN
  const offset = index * stride
  const item = Number.isSafeInteger(offset) && isSafe(start) ? int(add(start.value, offset)) : undefined
  if (item && isSafe(item)) return item
  return wholeOf(i.binary('+', start, i.binary('*', step, int(index))))
}

function wholeOf(value: PyValue): IntValue {
  if (value.kind === 'int') return value
  throw new ModelError('LIMIT_EXCEEDED', { what: 'The items of a range are no ints' })
}

/** The number of items as a 0-D tensor, where only the data gives it; negative where there are none. */
export function undecidedCount(i: Interpreter, range: RangeValue): Value | undefined {
  try {
    rangeLength(i, range)
    return undefined
  } catch (error) {
    const { start, stop, step } = range
    if (!(error instanceof UndecidedByData) || typeof step.value !== 'number') throw error
    const span = step.value > 0 ? sub(stop.value, start.value) : sub(start.value, stop.value)
    const stride = Math.abs(step.value)
    return composites.sizeScalar(i.session.b, ceilDiv(span, stride))
  }
}

/** The item at a place that is an int of the data's own. */
export const itemAt = ({ start, step }: RangeValue, index: Dim): IntValue =>
  int(add(start.value, mul(step.value, index)))

/** `range(…)[lower:upper:step]`, a range itself. @param bounds Of the slice, in items of the range. */
export function rangeSlice(
  i: Interpreter,
  range: RangeValue,
  bounds: { readonly start: number; readonly stop: number; readonly step: number },
): RangeValue {
  return {
    kind: 'range',
    start: rangeItem(i, range, bounds.start),
    stop: rangeItem(i, range, bounds.stop),
    step: wholeOf(i.binary('*', range.step, int(bounds.step))),
  }
}

/** Whether two ranges have the same items, however they were written. */
export function sameRanges(i: Interpreter, left: RangeValue, right: RangeValue): boolean {
  const length = rangeLength(i, left)
  if (length !== rangeLength(i, right)) return false
  if (length === 0) return true
  return i.equals(left.start, right.start) && (length === 1 || i.equals(left.step, right.step))
}

/** Where an int stands in a range, without a look at any item; undefined where it has none. */
export function placeInRange(i: Interpreter, range: RangeValue, item: IntValue): bigint | undefined {
  if ([range.start, range.stop, range.step, item].some(({ value }) => typeof value !== 'number')) {
    const at = i.iterate(range).findIndex((member) => i.equals(member, item))
    return at < 0 ? undefined : BigInt(at)
  }
  const [start, stride] = [wholeNumber(i, range.start), wholeNumber(i, range.step)]
  const distance = wholeNumber(i, item) - start
  const place = distance / stride
  const isInside = distance % stride === 0n && place >= 0n && place < BigInt(rangeLength(i, range))
  return isInside ? place : undefined
}

/** `range(0, 3)` */
export function rangeText(i: Interpreter, { start, stop, step }: RangeValue): string {
  const parts = step.value === 1 ? [start, stop] : [start, stop, step]
  return `range(${parts.map((part) => i.repr(part)).join(', ')})`
}
