import { add, composites, type Dim, floorDiv, isFloat, type Value } from '../../../../graph/index.ts'
import { type PyValue, tuple } from '../../evaluator/values/index.ts'
import type { Arguments } from '../arguments.ts'
import type { OperatorContext } from '../context.ts'
import { promotePair } from '../operands.ts'
import type { Evaluate, OperatorTable } from '../operator.ts'

/** The `count` smallest along an axis, in order, with their places. */
function smallest(c: OperatorContext, x: Value, axis: number, count: Dim): readonly [Value, Value] {
  return c.b.topK(x, c.dims([count]), { axis, largest: 0, sorted: 1 })
}

const pair = (c: OperatorContext, values: Value, indices: Value): PyValue => ({
  kind: 'tuple',
  items: [c.wrap(values), c.wrap(indices)],
  fields: ['values', 'indices'],
  typeName: c.name,
})

/** The k-th smallest, counted from 1, and its place. */
function ranked(c: OperatorContext, x: Value, axis: number, k: Dim, keep: boolean): readonly [Value, Value] {
  const last = (all: Value): Value => {
    const only = composites.narrow(c.b, all, axis, add(k, -1), 1)
    return keep ? only : composites.squeeze(c.b, only, [axis])
  }
  const [values, places] = smallest(c, x, axis, k)
  return [last(values), last(places)]
}

const kthValue: Evaluate = (c, args) => {
  const x = args.value('self')
  const axis = c.axis(args.number('dim'), x.rank)
  return pair(c, ...ranked(c, x, axis, args.int('k'), args.bool('keepdim')))
}

/** Of an even number of elements the lower of the two in the middle. */
const median: Evaluate = (c, args) => {
  const x = args.has('dim') ? args.value('self') : c.b.reshape(args.value('self'), c.b.int64s([-1]))
  const axis = args.has('dim') ? c.axis(args.number('dim'), x.rank) : 0
  const middle = floorDiv(add(x.dims[axis] ?? 1, 1), 2)
  const [values, places] = ranked(c, x, axis, middle, args.bool('keepdim'))
  return args.has('dim') ? pair(c, values, places) : c.wrap(values)
}

/** Between the two elements around q·(n − 1), linearly. */
const quantile: Evaluate = (c, args) => {
  const x = args.has('dim') ? args.value('self') : c.b.reshape(args.value('self'), c.b.int64s([-1]))
  const axis = args.has('dim') ? c.axis(args.number('dim'), x.rank) : 0
  const size = x.dims[axis]
  if (typeof size !== 'number') return c.refuse('a dim of dynamic size')
  if (args.has('interpolation') && args.string('interpolation') !== 'linear')
    return c.refuse(`the interpolation ${args.string('interpolation')}`)
  const place = args.number('q') * (size - 1)
  const [low, high] = [Math.floor(place), Math.ceil(place)].map(
    (at) => ranked(c, x, axis, at + 1, args.bool('keepdim'))[0],
  )
  if (!low || !high) return c.fail('no elements')
  const share = c.number(place - Math.floor(place), x.dtype)
  return c.wrap(c.b.add(low, c.b.mul(share, c.b.sub(high, low))))
}

const sortRows: Evaluate = (c, args) => {
  const x = args.value('self')
  return c.wrap(c.b.topK(x, c.dims([x.dims[0] ?? 1]), { axis: 0, largest: 0, sorted: 1 })[0])
}

/** How many boundaries lie below each value: where it would be inserted. `right`: those equal to it count too. */
function insertions(c: OperatorContext, args: Arguments, sequence: string, values: string): Value {
  const { a: bounds, b: x } = promotePair(c, args, [sequence, values])
  if (bounds.rank !== 1) return c.refuse('rows of boundaries')
  const isRight = args.bool('right') || (args.has('side') && args.string('side') === 'right')
  const each = c.b.unsqueeze(x, c.b.int64s([-1]))
  const below = isRight ? c.b.lessOrEqual(bounds, each) : c.b.less(bounds, each)
  const counts = c.b.reduceSum(c.cast(below, 'int64'), { axes: c.b.int64s([-1]), keepdims: 0 })
  return c.cast(counts, args.bool('out_int32') ? 'int32' : 'int64')
}

/** Whether each element is among the others. */
const isIn: Evaluate = (c, args) => {
  const { a: x, b: others } = promotePair(c, args, ['elements', 'test_elements'])
  const flat = c.b.reshape(others, c.b.int64s([-1]))
  const same = c.b.equal(c.b.unsqueeze(x, c.b.int64s([-1])), flat)
  const found = c.cast(c.b.reduceMax(c.cast(same, 'int32'), { axes: c.b.int64s([-1]), keepdims: 0 }), 'bool')
  return c.wrap(args.bool('invert') ? c.b.not(found) : found)
}

/** Different elements in order, where each went, how often each occurs. How many there are only the data says. */
const unique: Evaluate = (c, args) => {
  const x = args.value('self')
  const [values, , inverse, counts] = c.b.unique(x, { sorted: 1, optionalOutputs: true })
  return tuple([c.wrap(values), c.wrap(c.reshape(inverse, x.dims)), c.wrap(counts)])
}

/** Both extremes along a dim, or of all elements. */
const extremes: Evaluate = (c, args) => {
  const x = args.value('self')
  const axis = args.has('dim') ? c.axis(args.number('dim'), x.rank) : undefined
  const options = {
    axes: axis === undefined ? undefined : c.b.int64s([axis]),
    keepdims: args.bool('keepdim') ? 1 : 0,
  }
  const items = [c.b.reduceMin(x, options), c.b.reduceMax(x, options)].map((value) => c.wrap(value))
  return { kind: 'tuple', items, fields: ['min', 'max'], typeName: 'aminmax' }
}

/** Sums and means of what is a number. */
const withoutNan =
  (name: 'sum' | 'mean'): Evaluate =>
  (c, args) => {
    const x = args.value('self')
    if (!isFloat(x.dtype)) return c.refuse('integers')
    const isMissing = c.b.isNaN(x)
    const axes = args.has('dim') ? args.numbers('dim').map((axis) => c.axis(axis, x.rank)) : []
    const options = {
      axes: axes.length === 0 ? undefined : c.b.int64s(axes),
      keepdims: args.bool('keepdim') ? 1 : 0,
    }
    const total = c.b.reduceSum(c.b.where(isMissing, c.number(0, x.dtype), x), options)
    if (name === 'sum') return c.wrap(total)
    return c.wrap(c.b.div(total, c.b.reduceSum(c.cast(c.b.not(isMissing), x.dtype), options)))
  }

/** What sorting finds, and searches in what is sorted. */
export const ORDERING: OperatorTable = {
  kthvalue: kthValue,
  median,
  quantile,
  msort: sortRows,
  searchsorted: (c, args) => c.wrap(insertions(c, args, 'sorted_sequence', 'self')),
  bucketize: (c, args) => c.wrap(insertions(c, args, 'boundaries', 'self')),
  isin: isIn,
  _unique2: unique,
  _unique: unique,
  aminmax: extremes,
  nansum: withoutNan('sum'),
  nanmean: withoutNan('mean'),
}
