import { bounds, type Dim, type DType, isFloat, product, type Value } from '../../../../graph/index.ts'
import { tuple } from '../../evaluator/values/index.ts'
import type { Arguments } from '../arguments.ts'
import type { OperatorContext } from '../context.ts'
import { floating, promotePair } from '../operands.ts'
import type { Evaluate, OperatorTable } from '../operator.ts'

/** Axes as ONNX reductions take them; none means all. */
export const reduceAxes = (c: OperatorContext, axes: readonly number[], keep: boolean) => ({
  axes: axes.length === 0 ? undefined : c.b.int64s(axes),
  keepdims: keep ? 1 : 0,
})

/** The axes that a call names in `dim`: one, several, or (absent, None, empty) all. */
function axesOf(c: OperatorContext, args: Arguments, x: Value): number[] {
  if (!args.has('dim')) return []
  return args.numbers('dim').map((axis) => c.axis(axis, x.rank))
}

const isEmptyList = (args: Arguments): boolean => args.has('dim') && args.numbers('dim').length === 0

function options(c: OperatorContext, args: Arguments, x: Value) {
  return reduceAxes(c, axesOf(c, args, x), args.bool('keepdim'))
}

/** Sums and products of ints and bools are int64. */
function accumulated(c: OperatorContext, args: Arguments): Value {
  const x = args.value('self')
  const wanted: DType = args.dtype('dtype') ?? (isFloat(x.dtype) ? x.dtype : 'int64')
  return c.cast(x, wanted)
}

const sum: Evaluate = (c, args) => {
  const x = accumulated(c, args)
  return c.wrap(x.rank === 0 ? x : c.b.reduceSum(x, options(c, args, x)))
}

const prod: Evaluate = (c, args) => {
  const x = accumulated(c, args)
  return c.wrap(x.rank === 0 ? x : c.b.reduceProd(x, options(c, args, x)))
}

const mean: Evaluate = (c, args) => {
  const wanted = args.dtype('dtype')
  const x = wanted ? c.cast(args.value('self'), wanted) : args.value('self')
  if (!isFloat(x.dtype)) return c.fail('mean of integers needs a dtype')
  return c.wrap(x.rank === 0 ? x : average(c, args, x))
}

/** ReduceMean, but of what may be empty: there onnxruntime gives 0, and PyTorch NaN. */
function average(c: OperatorContext, args: Arguments, x: Value): Value {
  const axes = axesOf(c, args, x)
  const count = countOf(x, axes)
  if (bounds(count, c.session.model.facts)[0] > 0) return c.b.reduceMean(x, options(c, args, x))
  return c.b.div(c.b.reduceSum(x, options(c, args, x)), c.scalar({ kind: 'int', value: count }, x.dtype))
}

/** How many elements make one. */
const countOf = (x: Value, axes: readonly number[]): Dim =>
  product(axes.length === 0 ? x.dims : axes.map((axis) => x.dims[axis] ?? 1))

const extreme =
  (name: 'reduceMax' | 'reduceMin'): Evaluate =>
  (c, args) => {
    const x = args.value('self')
    return c.wrap(x.rank === 0 ? x : c.b[name](x, options(c, args, x)))
  }

/** Three functions share the name: of all elements, along a dim with the positions, and of two tensors. */
const maximum =
  (name: 'max' | 'min'): Evaluate =>
  (c, args) => {
    if (args.has('other')) {
      const { a, b, dtype } = promotePair(c, args)
      if (dtype === 'bool') return c.wrap(name === 'max' ? c.b.or(a, b) : c.b.and(a, b))
      return c.wrap(c.b[name]([a, b]))
    }
    const x = args.value('self')
    const reduce = name === 'max' ? 'reduceMax' : 'reduceMin'
    if (!args.has('dim')) return c.wrap(x.rank === 0 ? x : c.b[reduce](x, { keepdims: 0 }))
    const axis = c.axis(args.number('dim'), x.rank)
    const keep = args.bool('keepdim')
    const values = c.b[reduce](x, reduceAxes(c, [axis], keep))
    const search = name === 'max' ? 'argMax' : 'argMin'
    return {
      kind: 'tuple',
      items: [values, c.b[search](x, { axis, keepdims: keep ? 1 : 0 })].map((value) => c.wrap(value)),
      fields: ['values', 'indices'],
      typeName: name,
    }
  }

const position =
  (name: 'argMax' | 'argMin'): Evaluate =>
  (c, args) => {
    const x = args.value('self')
    const keepdims = args.bool('keepdim') ? 1 : 0
    if (args.has('dim')) return c.wrap(c.b[name](x, { axis: c.axis(args.number('dim'), x.rank), keepdims }))
    const flat = c.b.reshape(x, c.b.int64s([-1]))
    const place = c.b[name](flat, { axis: 0, keepdims: 0 })
    return c.wrap(
      keepdims === 0
        ? place
        : c.reshape(
            place,
            x.dims.map(() => 1),
          ),
    )
  }

/** Reductions of bools, as maxima and minima of int32. Unlike the others, they reduce nothing over an empty list of dims. Of uint8 they are uint8. */
const logical =
  (name: 'reduceMax' | 'reduceMin'): Evaluate =>
  (c, args) => {
    const self = args.value('self')
    const x = c.cast(self, 'bool')
    const isDone = x.rank === 0 || isEmptyList(args)
    const found = isDone ? x : c.cast(c.b[name](c.cast(x, 'int32'), options(c, args, x)), 'bool')
    return c.wrap(self.dtype === 'uint8' ? c.cast(found, 'uint8') : found)
  }

/** How much the divisor of a variance is less than the count: `correction`, or `unbiased` as 1 or 0. */
function correctionOf(args: Arguments): number {
  if (args.schema.parameters.some(({ name }) => name === 'unbiased')) return args.bool('unbiased') ? 1 : 0
  return args.has('correction') ? args.number('correction') : 1
}

function variance(c: OperatorContext, args: Arguments): { readonly mean: Value; readonly variance: Value } {
  const x = floating(c, args)
  const axes = axesOf(c, args, x)
  const keep = args.bool('keepdim')
  const average = c.b.reduceMean(x, reduceAxes(c, axes, true))
  const centred = c.b.sub(x, average)
  const biased = c.b.reduceMean(c.b.mul(centred, centred), reduceAxes(c, axes, keep))
  const count = countOf(x, axes)
  const mean = c.b.reduceMean(x, reduceAxes(c, axes, keep))
  return { mean, variance: corrected(c, biased, count, correctionOf(args)) }
}

/** Σ/(n − correction) from Σ/n. */
function corrected(c: OperatorContext, biased: Value, count: Dim, correction: number): Value {
  if (correction === 0) return biased
  if (typeof count === 'number') return c.b.mul(biased, c.number(count / (count - correction), biased.dtype))
  const n = c.scalar({ kind: 'int', value: count }, biased.dtype)
  return c.b.mul(biased, c.b.div(n, c.b.sub(n, c.number(correction, biased.dtype))))
}

const logSumExp: Evaluate = (c, args) => {
  const x = floating(c, args)
  return c.wrap(c.b.reduceLogSumExp(x, options(c, args, x)))
}

const cumulativeSum: Evaluate = (c, args) => {
  const x = accumulated(c, args)
  if (x.rank === 0) return c.wrap(x)
  return c.wrap(c.b.cumSum(x, c.b.scalar('int64', c.axis(args.number('dim'), x.rank))))
}

const countNonzero: Evaluate = (c, args) => {
  const x = c.cast(c.cast(args.value('self'), 'bool'), 'int64')
  return c.wrap(x.rank === 0 ? x : c.b.reduceSum(x, options(c, args, x)))
}

/** Reductions along dims. */
export const REDUCTION: OperatorTable = {
  sum,
  prod,
  mean,
  amax: extreme('reduceMax'),
  amin: extreme('reduceMin'),
  max: maximum('max'),
  min: maximum('min'),
  argmax: position('argMax'),
  argmin: position('argMin'),
  any: logical('reduceMax'),
  all: logical('reduceMin'),
  var: (c, args) => c.wrap(variance(c, args).variance),
  std: (c, args) => c.wrap(c.b.sqrt(variance(c, args).variance)),
  var_mean: (c, args) => {
    const found = variance(c, args)
    return c.wrapAll(found.variance, found.mean)
  },
  std_mean: (c, args) => {
    const found = variance(c, args)
    return tuple([c.wrap(c.b.sqrt(found.variance)), c.wrap(found.mean)])
  },
  logsumexp: logSumExp,
  cumsum: cumulativeSum,
  count_nonzero: countNonzero,
}
