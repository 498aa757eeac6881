import { composites, type Value } from '../../../../graph/index.ts'
import { tuple } from '../../evaluator/values/index.ts'
import type { Arguments } from '../arguments.ts'
import type { OperatorContext } from '../context.ts'
import { floating, promotePair } from '../operands.ts'
import type { Evaluate, OperatorTable } from '../operator.ts'

const affineOf = (args: Arguments) => ({
  scale: args.optionalValue('weight'),
  bias: args.optionalValue('bias'),
  epsilon: args.number('eps'),
})

function batchNorm(c: OperatorContext, args: Arguments): Value {
  const x = args.value('input')
  const mean = args.optionalValue('running_mean')
  const variance = args.optionalValue('running_var')
  // Without running statistics the batch's own are used, at inference too.
  if (!mean || !variance) return composites.batchOwnNormalization(c.b, x, affineOf(args))
  if (args.bool('training'))
    c.session.warn('A batch norm is called for training; its running statistics were used')
  return composites.batchNormalization(c.b, x, { ...affineOf(args), mean, variance })
}

const layerNorm = (c: OperatorContext, args: Arguments): Value =>
  composites.layerNormalization(c.b, args.value('input'), {
    ...affineOf(args),
    axes: args.ints('normalized_shape').length,
  })

const groupNorm = (c: OperatorContext, args: Arguments, groups: number): Value =>
  composites.groupNormalization(c.b, args.value('input'), { ...affineOf(args), groups })

const instanceNorm = (c: OperatorContext, args: Arguments): Value =>
  args.bool('use_input_stats')
    ? composites.instanceNormalization(c.b, args.value('input'), affineOf(args))
    : batchNorm(c, args)

/** ε is the dtype's own when none is given. */
const rmsNorm = (c: OperatorContext, args: Arguments): Value =>
  composites.rmsNormalization(c.b, args.value('input'), {
    axes: args.ints('normalized_shape').length,
    epsilon: args.optionalNumber('eps') ?? 2 ** -23,
    scale: args.optionalValue('weight'),
  })

/** v · g / ‖v‖, the norm over every axis but `dim`. */
const weightNorm: Evaluate = (c, args) => {
  const [v, g] = [args.value('v'), args.value('g')]
  const dim = args.number('dim')
  const kept = dim === -1 ? undefined : c.axis(dim, v.rank)
  const axes = v.dims.map((_, axis) => axis).filter((axis) => axis !== kept)
  const length = c.b.reduceL2(v, { axes: c.b.int64s(axes), keepdims: 1 })
  return c.wrap(c.b.mul(v, c.b.div(g, length)))
}

/** `norm`, `linalg_vector_norm`, `linalg_norm`: of a matrix only the Frobenius norm, which is the vector's. */
const norm =
  (orderName: 'p' | 'ord'): Evaluate =>
  (c, args) => {
    const wanted = args.dtype('dtype')
    const x = wanted ? c.cast(args.value('self'), wanted) : floating(c, args)
    const given = args.get(orderName)
    const isFrobenius = given.kind === 'none' || (given.kind === 'str' && given.value === 'fro')
    if (given.kind === 'str' && !isFrobenius) return c.refuse(`the norm '${given.value}'`)
    const axes = args.has('dim') ? args.numbers('dim').map((axis) => c.axis(axis, x.rank)) : []
    if (
      c.name === 'linalg_norm' &&
      !isFrobenius &&
      (axes.length === 2 || (axes.length === 0 && x.rank === 2))
    ) {
      return c.refuse('an induced norm of a matrix')
    }
    const order = isFrobenius ? 2 : args.number(orderName)
    return c.wrap(composites.vectorNorm(c.b, x, { order, axes, keepAxes: args.bool('keepdim') }))
  }

/** Σ x1·x2 / max(‖x1‖·‖x2‖, ε), as PyTorch clamps it: each norm apart. */
const cosineSimilarity: Evaluate = (c, args) => {
  const pair = promotePair(c, args, ['x1', 'x2'])
  const [a, b] = composites.broadcastTogether(c.b, [pair.a, pair.b])
  if (!a || !b) return c.fail('two tensors are needed')
  const axis = c.axis(args.number('dim'), a.rank)
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
  _native_batch_norm_legit: withStatistics(batchNorm),
  _native_batch_norm_legit_no_training: withStatistics(batchNorm),
  layer_norm: (c, args) => c.wrap(layerNorm(c, args)),
  native_layer_norm: withStatistics(layerNorm),
  group_norm: (c, args) => c.wrap(groupNorm(c, args, args.number('num_groups'))),
  native_group_norm: withStatistics((c, args) => groupNorm(c, args, args.number('group'))),
  instance_norm: (c, args) => c.wrap(instanceNorm(c, args)),
  rms_norm: (c, args) => c.wrap(rmsNorm(c, args)),
  _fused_rms_norm: withStatistics(rmsNorm),
  _weight_norm: weightNorm,
  norm: norm('p'),
  linalg_vector_norm: norm('ord'),
  linalg_norm: norm('ord'),
  frobenius_norm: norm('p'),
  cosine_similarity: cosineSimilarity,
}
