import type { Dim } from '../dims/index.ts'
import type { InferenceContext } from '../inference/context.ts'
import { mapContent, sameAsFirst } from '../inference/shared.ts'
import { larger, smaller } from './integer-arithmetic.ts'
import { operator, unary } from './schema.ts'

/** Sizes stay known between bounds that are known: padding to a multiple is computed as max(…, 0). */
const inferClip = mapContent((dim, context) => {
  const [low, high] = [bound(context, 1), bound(context, 2)]
  if (low === undefined || high === undefined) return undefined
  const raised = low === NONE ? dim : larger(context, dim, low)
  return high === NONE ? raised : smaller(context, raised, high)
})

const NONE = 'none'

function bound(context: InferenceContext, index: number): Dim | typeof NONE | undefined {
  return context.inputs[index] ? context.scalar(index) : NONE
}

/** Activations: one input, results of its dtype and dims. Softmax and its kin act along an axis and keep dims as well. */
export const activation = {
  celu: unary('Celu', 12, ['X', 'Y'], { alpha: 'float' }),
  clip: operator({
    op: 'Clip',
    since: 13,
    inputs: ['input', 'min?', 'max?'],
    outputs: ['output'],
    attributes: {},
    anyRank: true,
    infer: inferClip,
  }),
  elu: unary('Elu', 6, ['X', 'Y'], { alpha: 'float' }),
  gelu: unary('Gelu', 20, ['X', 'Y'], { approximate: 'string' }),
  hardSigmoid: unary('HardSigmoid', 6, ['X', 'Y'], { alpha: 'float', beta: 'float' }),
  hardSwish: unary('HardSwish', 14, ['X', 'Y'], {}),
  hardmax: unary('Hardmax', 13, ['input', 'output'], { axis: 'int' }),
  leakyRelu: unary('LeakyRelu', 16, ['X', 'Y'], { alpha: 'float' }),
  logSoftmax: unary('LogSoftmax', 13, ['input', 'output'], { axis: 'int' }),
  mish: unary('Mish', 18, ['X', 'Y'], {}),
  /** The slope broadcasts to X, one way only. */
  prelu: operator({
    op: 'PRelu',
    since: 16,
    inputs: ['X', 'slope'],
    outputs: ['Y'],
    attributes: {},
    anyRank: true,
    infer: sameAsFirst,
  }),
  relu: unary(
    'Relu',
    14,
    ['X', 'Y'],
    {},
    mapContent((dim, context) => larger(context, dim, 0)),
  ),
  selu: unary('Selu', 6, ['X', 'Y'], { alpha: 'float', gamma: 'float' }),
  shrink: unary('Shrink', 9, ['input', 'output'], { bias: 'float', lambd: 'float' }),
  sigmoid: unary('Sigmoid', 13, ['X', 'Y'], {}),
  softmax: unary('Softmax', 13, ['input', 'output'], { axis: 'int' }),
  softplus: unary('Softplus', 1, ['X', 'Y'], {}),
  softsign: unary('Softsign', 1, ['input', 'output'], {}),
  tanh: unary('Tanh', 13, ['input', 'output'], {}),
  thresholdedRelu: unary('ThresholdedRelu', 10, ['X', 'Y'], { alpha: 'float' }),
} as const
