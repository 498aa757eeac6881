import { type Dim, tensorOf, type Value } from '../../../../graph/index.ts'
import { tuple } from '../../evaluator/values/index.ts'
import type { Arguments } from '../arguments.ts'
import type { OperatorContext } from '../context.ts'
import { floating } from '../operands.ts'
import type { Evaluate, OperatorTable } from '../operator.ts'
import { reduceAxes } from './reduction.ts'

/** A 1-D constant of equal numbers: the weight or bias that a call leaves out. */
export function constantLike(c: OperatorContext, length: Dim, value: number, x: Value): Value {
  if (typeof length !== 'number') return c.refuse('the number of channels is dynamic')
  const filled = Array.from({ length }, () => value)
  return c.cast(c.b.constant(tensorOf('float32', [length], filled)), x.dtype)
}

const channelsOf = (x: Value): Dim => x.dims[1] ?? 1

/** [C] brought to the rank of x [N, C, …]. */
const perChannel = (c: OperatorContext, value: Value, x: Value): Value =>
  c.reshape(value, [value.dims[0] ?? 1, ...x.dims.slice(2).map(() => 1)])

function batchNorm(c: OperatorContext, args: Arguments): Value {
  const x = args.value('input')
  const mean = args.optionalValue('running_mean')
  const variance = args.optionalValue('running_var')
  const weight = args.optionalValue('weight') ?? constantLike(c, channelsOf(x), 1, x)
  const bias = args.optionalValue('bias') ?? constantLike(c, channelsOf(x), 0, x)
  if (!mean || !variance) return batchStatistics(c, args, x, weight, bias)
  if (args.bool('training'))
    c.session.warn('A batch norm is called for training; its running statistics were used')
  return c.b.batchNormalization(x, weight, bias, mean, variance, { epsilon: args.number('eps') })
}

/** Without running statistics the batch's own are used, at inference too. */
function batchStatistics(c: OperatorContext, args: Arguments, x: Value, weight: Value, bias: Value): Value {
  const axes = c.b.int64s([0, ...x.dims.slice(2).map((_, axis) => axis + 2)])
  const mean = c.b.reduceMean(x, { axes, keepdims: 1 })
  const centred = c.b.sub(x, mean)
  const variance = c.b.reduceMean(c.b.mul(centred, centred), { axes, keepdims: 1 })
  const scale = c.b.sqrt(c.b.add(variance, c.number(args.number('eps'), x.dtype)))
  const scaled = c.b.mul(c.b.div(centred, scale), perChannel(c, weight, x))
  return c.b.add(scaled, perChannel(c, bias, x))
}

function layerNorm(c: OperatorContext, args: Arguments): Value {
  const x = args.value('input')
  const shape = args.ints('normalized_shape')
  const flat = shape.length === 1 ? shape[0] : undefined
  const weight = args.optionalValue('weight') ?? onesOf(c, flat ?? 1, shape, x)
  const options = { axis: -shape.length, epsilon: args.number('eps') }
  return c.b.layerNormalization(x, weight, { ...options, B: args.optionalValue('bias') })
}

function onesOf(c: OperatorContext, flat: Dim, shape: readonly Dim[], x: Value): Value {
  if (shape.length === 1) return constantLike(c, flat, 1, x)
  return c.b.expand(c.number(1, x.dtype), c.dims(shape))
}

/**
 * Groups as instances, then weight and bias per channel: GroupNormalization before opset 21 has them per group, and its
 * kernels differ on it (https://github.com/onnx/onnx/issues/5466).
 */
function groupNorm(c: OperatorContext, x: Value, groups: number, args: Arguments): Value {
  const [batch = 1] = x.dims
  const grouped = c.b.reshape(x, c.b.int64s([0, groups, -1]))
  const [one, zero] = [constantLike(c, groups, 1, x), constantLike(c, groups, 0, x)]
  const normal = c.b.instanceNormalization(grouped, one, zero, { epsilon: args.number('eps') })
  const restored = c.reshape(normal, [batch, ...x.dims.slice(1)])
  const [weight, bias] = [args.optionalValue('weight'), args.optionalValue('bias')]
  const scaled = weight ? c.b.mul(restored, perChannel(c, weight, x)) : restored
  return bias ? c.b.add(scaled, perChannel(c, bias, x)) : scaled
}

function instanceNorm(c: OperatorContext, args: Arguments): Value {
  if (!args.bool('use_input_stats')) return batchNorm(c, args)
  const x = args.value('input')
  const weight = args.optionalValue('weight') ?? constantLike(c, channelsOf(x), 1, x)
  const bias = args.optionalValue('bias') ?? constantLike(c, channelsOf(x), 0, x)
  return c.b.instanceNormalization(x, weight, bias, { epsilon: args.number('eps') })
}

/** x / √(mean(x²) + ε); ε is the dtype's own when none is given. */
const rmsNorm: Evaluate = (c, args) => {
  const x = args.value('input')
  const axes = c.b.int64s(args.ints('normalized_shape').map((_, at) => -1 - at))
  const epsilon = args.optionalNumber('eps') ?? 2 ** -23
  const power = c.b.reduceMean(c.b.mul(x, x), { axes, keepdims: 1 })
  const normal = c.b.div(x, c.b.sqrt(c.b.add(power, c.number(epsilon, x.dtype))))
  const weight = args.optionalValue('weight')
  return c.wrap(weight ? c.b.mul(normal, weight) : normal)
}

/** v · g / ‖v‖, the norm over every axis but `dim`. */
const weightNorm: Evaluate = (c, args) => {
  const [v, g] = [args.value('v'), args.value('g')]
  const dim = args.number('dim')
  const kept = dim === -1 ? undefined : c.axis(dim, v.rank)
  const axes = v.dims.map((_, axis) => axis).filter((axis) => axis !== kept)
  const length = c.b.reduceL2(v, { axes: c.b.int64s(axes), keepdims: 1 })
  return c.wrap(c.b.mul(v, c.b.div(g, length)))
}

/** The p-norm along the named axes. */
function vectorNorm(
  c: OperatorContext,
  x: Value,
  order: number,
  axes: readonly number[],
  keep: boolean,
): Value {
  const options = reduceAxes(c, axes, keep)
  if (order === 2) return c.b.reduceL2(x, options)
  if (order === 1) return c.b.reduceL1(x, options)
  if (order === Number.POSITIVE_INFINITY) return c.b.reduceMax(c.b.abs(x), options)
  if (order === Number.NEGATIVE_INFINITY) return c.b.reduceMin(c.b.abs(x), options)
  if (order === 0) {
    const counted = c.cast(c.b.not(c.b.equal(x, c.number(0, x.dtype))), x.dtype)
    return c.b.reduceSum(counted, options)
  }
  const powers = c.b.pow(c.b.abs(x), c.number(order, x.dtype))
  return c.b.pow(c.b.reduceSum(powers, options), c.number(1 / order, x.dtype))
}

/** `norm`, `linalg_vector_norm`, `linalg_norm`: of a matrix only the Frobenius norm, which is the vector's. */
const norm =
  (orderName: 'p' | 'ord'): Evaluate =>
  (c, args) => {
    const wanted = args.dtype('dtype')
    const x = wanted ? c.cast(args.value('self'), wanted) : floating(c, args)
    const order = args.get(orderName)
    const isFrobenius = order.kind === 'none' || (order.kind === 'str' && order.value === 'fro')
    if (order.kind === 'str' && !isFrobenius) return c.refuse(`the norm '${order.value}'`)
    const axes = args.has('dim') ? args.numbers('dim').map((axis) => c.axis(axis, x.rank)) : []
    if (
      c.name === 'linalg_norm' &&
      !isFrobenius &&
      (axes.length === 2 || (axes.length === 0 && x.rank === 2))
    ) {
      return c.refuse('an induced norm of a matrix')
    }
    return c.wrap(vectorNorm(c, x, isFrobenius ? 2 : args.number(orderName), axes, args.bool('keepdim')))
  }

/** Σ x1·x2 / max(‖x1‖·‖x2‖, ε), as PyTorch clamps it: each norm apart. */
const cosineSimilarity: Evaluate = (c, args) => {
  const [a, b] = [args.value('x1'), args.value('x2')]
  const axis = c.axis(args.number('dim'), Math.max(a.rank, b.rank))
  const epsilon = c.number(args.number('eps'), a.dtype)
  const options = { axes: c.b.int64s([axis]), keepdims: 1 }
  const unit = (x: Value) => c.b.div(x, c.b.max([c.b.reduceL2(x, options), epsilon]))
  return c.wrap(c.b.reduceSum(c.b.mul(unit(a), unit(b)), { axes: c.b.int64s([axis]), keepdims: 0 }))
}

/** A result with the statistics that only training reads. */
const withStatistics =
  (evaluate: (c: OperatorContext, args: Arguments) => Value): Evaluate =>
  (c, args) => {
    const y = c.wrap(evaluate(c, args))
    const unused = { kind: 'opaque', reason: 'statistics of a normalisation' } as const
    return tuple([y, unused, unused])
  }

/** Normalisations and norms. */
export const NORMALIZATION: OperatorTable = {
  batch_norm: (c, args) => c.wrap(batchNorm(c, args)),
  native_batch_norm: withStatistics(batchNorm),
  _native_batch_norm_legit_no_training: withStatistics(batchNorm),
  layer_norm: (c, args) => c.wrap(layerNorm(c, args)),
  native_layer_norm: withStatistics(layerNorm),
  group_norm: (c, args) => c.wrap(groupNorm(c, args.value('input'), args.number('num_groups'), args)),
  native_group_norm: withStatistics((c, args) =>
    groupNorm(c, args.value('input'), args.number('group'), args),
  ),
  instance_norm: (c, args) => c.wrap(instanceNorm(c, args)),
  rms_norm: rmsNorm,
  _weight_norm: weightNorm,
  norm: norm('p'),
  linalg_vector_norm: norm('ord'),
  linalg_norm: norm('ord'),
  frobenius_norm: norm('p'),
  cosine_similarity: cosineSimilarity,
}
