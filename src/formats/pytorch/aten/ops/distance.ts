import { composites, type Value } from '../../../../graph/index.ts'
import type { Arguments } from '../arguments.ts'
import type { OperatorContext } from '../context.ts'
import { promotePair } from '../operands.ts'
import type { Evaluate, OperatorTable } from '../operator.ts'

const like = (c: OperatorContext, x: Value, value: number): Value => c.number(value, x.dtype)

/** Losses are means over all elements (reduction 1), sums (2), or left as they are (0). */
const loss =
  (emit: (c: OperatorContext, difference: Value, args: Arguments) => Value): Evaluate =>
  (c, args) => {
    const { a, b } = promotePair(c, args, ['self', 'target'])
    const each = emit(c, c.b.sub(a, b), args)
    const reduction = args.number('reduction')
    if (reduction === 0) return c.wrap(each)
    return c.wrap(c.b[reduction === 1 ? 'reduceMean' : 'reduceSum'](each, { keepdims: 0 }))
  }

/** A parabola up to `beta`, a line from there on. */
const smooth = (c: OperatorContext, difference: Value, beta: number): Value => {
  const size = c.b.abs(difference)
  if (beta === 0) return size
  const curved = c.b.mul(c.b.mul(size, size), like(c, size, 0.5 / beta))
  return c.b.where(c.b.less(size, like(c, size, beta)), curved, c.b.sub(size, like(c, size, beta / 2)))
}

/** ‖x1 − x2 + ε‖ along the last dim. */
const pairwiseDistance: Evaluate = (c, args) => {
  const { a, b } = promotePair(c, args, ['x1', 'x2'])
  const difference = c.b.add(c.b.sub(a, b), like(c, a, args.number('eps')))
  return c.wrap(
    composites.vectorNorm(c.b, difference, {
      order: args.number('p'),
      axes: [-1],
      keepAxes: args.bool('keepdim'),
    }),
  )
}

/** Distances of all rows of x1 [.., P, M] to all rows of x2 [.., R, M]: [.., P, R]. */
const distances: Evaluate = (c, args) => {
  const { a, b } = promotePair(c, args, ['x1', 'x2'])
  const rows = c.b.unsqueeze(a, c.b.int64s([-2]))
  const columns = c.b.unsqueeze(b, c.b.int64s([-3]))
  const difference = c.b.sub(rows, columns)
  return c.wrap(composites.vectorNorm(c.b, difference, { order: args.number('p'), axes: [-1] }))
}

const distance: Evaluate = (c, args) => {
  const { a, b } = promotePair(c, args)
  return c.wrap(composites.vectorNorm(c.b, c.b.sub(a, b), { order: args.number('p') }))
}

/** Losses and distances, which models that compare two embeddings compute at inference too. */
export const DISTANCE: OperatorTable = {
  mse_loss: loss((c, difference) => c.b.mul(difference, difference)),
  l1_loss: loss((c, difference) => c.b.abs(difference)),
  smooth_l1_loss: loss((c, difference, args) => smooth(c, difference, args.number('beta'))),
  huber_loss: loss((c, difference, args) => {
    const delta = args.number('delta')
    return c.b.mul(smooth(c, difference, delta), like(c, difference, delta))
  }),
  pairwise_distance: pairwiseDistance,
  cdist: distances,
  _cdist_forward: distances,
  dist: distance,
}
