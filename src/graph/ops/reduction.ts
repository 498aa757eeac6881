import type { AttributeKind } from '../attribute.ts'
import { type Dim, product } from '../dims/index.ts'
import { fitsExactly } from '../inference/content.ts'
import type { InferenceContext } from '../inference/context.ts'
import { type OutputInfo, tensorInfo } from '../inference/output-info.ts'
import { sameAsFirst } from '../inference/shared.ts'
import { addRule, maxRule, minRule, type Rule } from './integer-arithmetic.ts'
import { operator } from './schema.ts'

const reduction = <const Op extends string>(op: Op, since: number, rule?: Rule) =>
  operator({
    op,
    since,
    inputs: ['data', 'axes?'],
    outputs: ['reduced'],
    attributes: { keepdims: 'int', noop_with_empty_axes: 'int' },
    infer: (context) => inferReduction(context, rule),
  })

const ARG = { axis: 'int', keepdims: 'int', select_last_index: 'int' } as const satisfies Record<
  string,
  AttributeKind
>

const productRule: Rule = (_, ...dims) => product(dims)

/** Reductions along axes (all of them when none are named), and searches along one axis. */
export const reductions = {
  argMax: operator({
    op: 'ArgMax',
    since: 13,
    inputs: ['data'],
    outputs: ['reduced'],
    attributes: ARG,
    infer: inferArg,
  }),
  argMin: operator({
    op: 'ArgMin',
    since: 13,
    inputs: ['data'],
    outputs: ['reduced'],
    attributes: ARG,
    infer: inferArg,
  }),
  cumSum: operator({
    op: 'CumSum',
    since: 14,
    inputs: ['x', 'axis'],
    outputs: ['y'],
    attributes: { exclusive: 'int', reverse: 'int' },
    anyRank: true,
    infer: sameAsFirst,
  }),
  reduceL1: reduction('ReduceL1', 18),
  reduceL2: reduction('ReduceL2', 18),
  reduceLogSum: reduction('ReduceLogSum', 18),
  reduceLogSumExp: reduction('ReduceLogSumExp', 18),
  reduceMax: reduction('ReduceMax', 20, maxRule),
  reduceMean: reduction('ReduceMean', 18),
  reduceMin: reduction('ReduceMin', 20, minRule),
  reduceProd: reduction('ReduceProd', 18, productRule),
  reduceSum: reduction('ReduceSum', 13, addRule),
  reduceSumSquare: reduction('ReduceSumSquare', 18),
} as const

function inferReduction(context: InferenceContext, rule: Rule | undefined): OutputInfo[] {
  const dims = context.dims(0)
  const dtype = context.dtype(0)
  const keep = context.int('keepdims', 1) !== 0
  const axes = reducedAxes(context, dims.length)
  if (!axes) return [tensorInfo(dtype, unknownAxes(context, keep))]
  const reduced = reducedDims(dims, new Set(axes), keep)
  return [
    tensorInfo(dtype, reduced, axes.length === 0 ? context.content(0) : wholeContent(context, axes, rule)),
  ]
}

/** undefined when the axes are only known at run time. */
function reducedAxes(context: InferenceContext, rank: number): readonly number[] | undefined {
  const given = context.inputs[1] ? context.numbers(1) : []
  if (!given) return undefined
  const all = given.length === 0 && context.int('noop_with_empty_axes', 0) === 0
  return all ? Array.from({ length: rank }, (_, axis) => axis) : context.axes(given, rank)
}

/** Axes that only the data names: with `keepdims` any dim may become 1, else not even the rank is known. */
function unknownAxes(context: InferenceContext, keep: boolean): Dim[] | undefined {
  if (!keep) return undefined
  return context.dims(0).map((dim) => (dim === 1 ? 1 : context.unbackedDim(context.bounds(dim)[1])))
}

export const reducedDims = (dims: readonly Dim[], axes: ReadonlySet<number>, keep: boolean): Dim[] =>
  dims.flatMap((dim, axis) => (axes.has(axis) ? (keep ? [1] : []) : [dim]))

/** Known integers reduced to one. */
function wholeContent(
  context: InferenceContext,
  axes: readonly number[],
  rule: Rule | undefined,
): Dim[] | undefined {
  const content = context.content(0)
  if (!rule || !content || content.length === 0 || axes.length !== context.rank(0)) return undefined
  const result = rule(context, ...content)
  return result !== undefined && fitsExactly(context.dtype(0), context.bounds(result)) ? [result] : undefined
}

function inferArg(context: InferenceContext): OutputInfo[] {
  const dims = context.dims(0)
  const axis = context.axis(context.int('axis', 0), dims.length)
  return [tensorInfo('int64', reducedDims(dims, new Set([axis]), context.int('keepdims', 1) !== 0))]
}
