import { type Dim, DTYPES, type DType, decide, isInteger, sub, type Value } from '../../../../graph/index.ts'
import { asNumber, isSymbolicNumber } from '../../evaluator/numbers/numbers.ts'
import { int, type PyValue } from '../../evaluator/values/index.ts'
import type { Arguments } from '../arguments.ts'
import type { OperatorContext } from '../context.ts'
import { operandsOf, promoted } from '../operands.ts'
import type { Evaluate, OperatorTable } from '../operator.ts'
import { listed } from './factory.ts'

const arange: Evaluate = (c, args) => {
  const names = ['start', 'end', 'step'].filter((name) => args.has(name))
  const operands = operandsOf(args, names)
  const dtype = args.dtype('dtype') ?? promoted(operands)
  const [start, end, step] = [bound(args, 'start', 0), bound(args, 'end', 0), bound(args, 'step', 1)]
  const [from, to, by] = [start, end, step].map(wholeOf)
  if (from === undefined || to === undefined || by === undefined)
    return c.wrap(fractionalRange(c, { start, end, step, dtype }))
  if (typeof from === 'number' && typeof to === 'number' && typeof by === 'number')
    return c.wrap(sequence(c, [from, to, by], dtype))
  const whole = (dim: Dim): Value => c.cast(c.size(dim), 'int64')
  const range =
    typeof by === 'number' ? dimRange(c, from, to, by) : c.b.range(whole(from), whole(to), whole(by))
  return c.wrap(c.cast(range, dtype))
}

interface FractionalRange {
  readonly start: Bound
  readonly end: Bound
  readonly step: Bound
  readonly dtype: DType
}

/**
 * start + i · step in double precision, as PyTorch counts and computes it: sums of a rounded step would drift. For integer
 * dtypes start and step are cut first, not the elements (int64 counts so since torch 2.14).
 */
function fractionalRange(c: OperatorContext, { start, end, step, dtype }: FractionalRange): Value {
  if (![start, end, step].some(isSymbolicNumber))
    return sequence(c, [Number(start.value), Number(end.value), Number(step.value)], dtype)
  const double = (bound: Bound): Value => c.scalar(bound, 'float64')
  const elements = c.b.ceil(c.b.div(c.b.sub(double(end), double(start)), double(step)))
  const counted = c.b.range(c.number(0, 'int64'), c.cast(elements, 'int64'), c.number(1, 'int64'))
  const working = isInteger(dtype) ? 'int64' : 'float64'
  const scaled = c.b.mul(c.cast(counted, working), c.scalar(step, working))
  return c.cast(c.b.add(c.scalar(start, working), scaled), dtype)
}

/**
 * Whole numbers from `start` towards `end`. Ranges of what may be negative count from 0 and are shifted: onnxruntime's
 * GatherToSliceFusion takes a Range of indices for the bounds of a Slice, where −1 is the last element (1.30, 1.32).
 */
function dimRange(c: OperatorContext, start: Dim, end: Dim, step: number): Value {
  const whole = (dim: Dim): Value => c.cast(c.size(dim), 'int64')
  const isUpwards = step > 0
  if (isUpwards && decide(start, '>=', 0, c.session.model.facts) === true)
    return c.b.range(whole(start), whole(end), whole(step))
  const length = isUpwards ? sub(end, start) : sub(start, end)
  const counted = c.b.range(whole(0), whole(length), whole(Math.abs(step)))
  return isUpwards ? c.b.add(whole(start), counted) : c.b.sub(whole(start), counted)
}

type Bound = ReturnType<typeof asNumber>

const bound = (args: Arguments, name: string, fallback: number): Bound =>
  args.has(name) ? asNumber(args.scalar(name)) : int(fallback)

/** What an int is, and a float without a fraction. */
const wholeOf = (bound: Bound): Dim | undefined =>
  bound.kind === 'int' || (!isSymbolicNumber(bound) && Number.isInteger(bound.value))
    ? bound.value
    : undefined

function sequence(
  c: OperatorContext,
  [start, end, step]: readonly [number, number, number],
  dtype: DType,
): Value {
  if (step === 0) return c.fail('step must not be zero')
  const count = Math.max(0, Math.ceil((end - start) / step))
  c.session.budget.elements(count)
  const [from, by] = isInteger(dtype) ? [Math.trunc(start), Math.trunc(step)] : [start, step]
  const elements = Array.from({ length: count }, (_, at) => from + at * by)
  // What is past the end of a narrow dtype wraps, as in PyTorch.
  const holding = isInteger(dtype) && DTYPES[dtype].bits < 32 ? 'int64' : dtype
  return c.cast(listed(c, [count], elements, holding), dtype)
}

/** Both ends are met; PyTorch counts from either end so that the halves mirror each other. */
const linspace: Evaluate = (c, args) => {
  const count = args.int('steps')
  if (typeof count !== 'number') return dynamicLinspace(c, args, count)
  const [start, end, steps] = [args.number('start'), args.number('end'), count]
  c.session.budget.elements(steps)
  const step = steps > 1 ? (end - start) / (steps - 1) : 0
  const values = Array.from({ length: steps }, (_, at) =>
    at < steps / 2 ? start + step * at : end - step * (steps - at - 1),
  )
  return c.wrap(listed(c, [steps], values, args.dtype('dtype') ?? 'float32'))
}

/** As many steps as a dynamic dim says; the ends may follow from dims too. */
function dynamicLinspace(c: OperatorContext, args: Arguments, count: Dim): PyValue {
  const dtype = args.dtype('dtype') ?? 'float32'
  const end = (name: string) => c.scalar(asNumber(args.scalar(name)), 'float32')
  const [start, stop, one] = [end('start'), end('end'), c.number(1, 'float32')]
  const last = c.b.sub(c.cast(c.size(count), 'float32'), one)
  const at = c.cast(c.b.range(c.number(0, 'int64'), c.size(count), c.number(1, 'int64')), 'float32')
  const step = c.b.div(c.b.sub(stop, start), c.b.max([last, one]))
  const fromStart = c.b.add(start, c.b.mul(step, at))
  const fromEnd = c.b.sub(stop, c.b.mul(step, c.b.sub(last, at)))
  const isFirstHalf = c.b.less(c.b.add(at, at), c.b.add(last, one))
  return c.wrap(c.cast(c.b.where(isFirstHalf, fromStart, fromEnd), dtype))
}

/** Tensors of numbers in steps. */
export const RANGES: OperatorTable = { arange, linspace }
