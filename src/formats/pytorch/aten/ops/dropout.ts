import type { Value } from '../../../../graph/index.ts'
import { tuple } from '../../evaluator/values/index.ts'
import type { Arguments } from '../arguments.ts'
import type { OperatorContext } from '../context.ts'
import type { Evaluate, OperatorTable } from '../operator.ts'

/** Says that a call would drop at random: what trains, and what a model that was put into training does at inference too. */
export function noteLeftOut(c: OperatorContext, what = 'drops elements'): void {
  c.session.warn(
    `torch.${c.name} ${what} at random (${c.session.place}), as it is called for training; that was left out, as in evaluation`,
  )
}

/** Nothing at inference, whatever the call says; what drops everything is no choice of chance. */
const dropout: Evaluate = (c, args) => {
  const input = args.tensor('input')
  const p = args.number('p')
  if (!args.bool('train') || p === 0) return input
  if (p === 1) return c.wrap(zero(c, input.read()))
  noteLeftOut(c)
  return input
}

/** As PyTorch has it: NaN where an element is not finite. */
const zero = (c: OperatorContext, x: Value): Value => c.b.mul(x, c.number(0, x.dtype))

/** With what it kept, which is all. */
const nativeDropout: Evaluate = (c, args) => {
  const kept = dropout(c, args)
  const { dims } = args.tensor('input')
  return tuple([kept, c.wrap(c.b.expand(c.b.scalar('bool', 1), c.dims(dims)))])
}

const rrelu: Evaluate = (c, args) => {
  const [lower, upper] = [args.number('lower'), args.number('upper')]
  if (args.bool('training') && lower !== upper) noteLeftOut(c, 'takes slopes')
  return c.wrap(c.b.leakyRelu(args.value('self'), { alpha: (lower + upper) / 2 }))
}

/** Between the layers of a recurrent network, none behind the last. */
export function noteRecurrentDropout(c: OperatorContext, args: Arguments): void {
  if (args.bool('train') && args.number('dropout') > 0 && args.number('num_layers') > 1) noteLeftOut(c)
}

/** What acts at random while training. */
export const DROPOUT: OperatorTable = {
  dropout,
  native_dropout: nativeDropout,
  feature_dropout: dropout,
  alpha_dropout: dropout,
  feature_alpha_dropout: dropout,
  rrelu,
}
