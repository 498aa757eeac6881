import { isFloat, type Value } from '../../../../graph/index.ts'
import type { Arguments } from '../arguments.ts'
import type { OperatorContext } from '../context.ts'
import { floating } from '../operands.ts'
import type { Evaluate, OperatorTable } from '../operator.ts'

const simple =
  (emit: (c: OperatorContext, x: Value, args: Arguments) => Value): Evaluate =>
  (c, args) =>
    c.wrap(emit(c, floating(c, args), args))

const like = (c: OperatorContext, x: Value, value: number): Value => c.number(value, x.dtype)

/** onnxruntime has kernels of Relu for floats only. */
const relu: Evaluate = (c, args) => {
  const x = args.value('self')
  return c.wrap(isFloat(x.dtype) ? c.b.relu(x) : c.b.max([x, like(c, x, 0)]))
}

/** `scale` and `input_scale` are what selu and celu would set; PyTorch's own modules leave them. */
const elu = simple((c, x, args) => {
  const [scale, inputScale] = [args.number('scale'), args.number('input_scale')]
  const scaled = inputScale === 1 ? x : c.b.mul(x, like(c, x, inputScale))
  const negative = c.b.elu(scaled, { alpha: args.number('alpha') })
  const y = inputScale === 1 ? negative : c.b.where(c.b.greater(x, like(c, x, 0)), x, negative)
  return scale === 1 ? y : c.b.mul(y, like(c, x, scale))
})

const gelu = simple((c, x, args) => c.b.gelu(x, { approximate: args.string('approximate') }))

/** One slope, or one a channel: axis 1. */
const prelu = simple((c, x, args) => {
  const slope = args.value('weight')
  const [count] = slope.dims
  const isShared = count === undefined || count === 1
  return c.b.prelu(x, isShared ? slope : c.reshape(slope, [count, ...x.dims.slice(2).map(() => 1)]))
})

/** Above `threshold` PyTorch goes on linearly; from 20 on the two agree in float32. */
const softplus = simple((c, x, args) => {
  const [beta, threshold] = [args.number('beta'), args.number('threshold')]
  const scaled = beta === 1 ? x : c.b.mul(x, like(c, x, beta))
  const curved = c.b.softplus(scaled)
  const y = beta === 1 ? curved : c.b.div(curved, like(c, x, beta))
  return threshold >= 20 ? y : c.b.where(c.b.greater(scaled, like(c, x, threshold)), x, y)
})

const glu = simple((c, x, args) => {
  const [value, gate] = c.b.split(x, { axis: c.axis(args.number('dim'), x.rank), num_outputs: 2 })
  if (!value || !gate) return c.fail('the dim cannot be halved')
  return c.b.mul(value, c.b.sigmoid(gate))
})

const softmax =
  (emit: 'softmax' | 'logSoftmax'): Evaluate =>
  (c, args) => {
    const input = args.value('self')
    const wanted = args.dtype('dtype')
    const x = wanted ? c.cast(input, wanted) : isFloat(input.dtype) ? input : c.cast(input, 'float32')
    if (x.rank === 0) return c.wrap(emit === 'softmax' ? c.b.div(x, x) : c.b.sub(x, x))
    return c.wrap(c.b[emit](x, { axis: c.axis(args.number('dim'), x.rank) }))
  }

/** NaN stays what it is, as in PyTorch; ONNX's Shrink makes it 0. */
const hardshrink = simple((c, x, args) =>
  c.b.where(c.b.lessOrEqual(c.b.abs(x), like(c, x, args.number('lambd'))), like(c, x, 0), x),
)

const softshrink = simple((c, x, args) => {
  const limit = args.number('lambd')
  return c.b.sub(x, c.b.clip(x, { min: like(c, x, -limit), max: like(c, x, limit) }))
})

/** Activation functions. */
export const ACTIVATION: OperatorTable = {
  relu,
  relu6: simple((c, x) => c.b.clip(x, { min: like(c, x, 0), max: like(c, x, 6) })),
  sigmoid: simple((c, x) => c.b.sigmoid(x)),
  tanh: simple((c, x) => c.b.tanh(x)),
  leaky_relu: simple((c, x, args) => c.b.leakyRelu(x, { alpha: args.number('negative_slope') })),
  elu,
  selu: simple((c, x) => c.b.selu(x)),
  celu: simple((c, x, args) => c.b.celu(x, { alpha: args.number('alpha') })),
  gelu,
  silu: simple((c, x) => c.b.mul(x, c.b.sigmoid(x))),
  mish: simple((c, x) => c.b.mish(x)),
  hardtanh: simple((c, x, args) =>
    c.b.clip(x, { min: like(c, x, args.number('min_val')), max: like(c, x, args.number('max_val')) }),
  ),
  hardsigmoid: simple((c, x) => c.b.hardSigmoid(x, { alpha: 1 / 6, beta: 0.5 })),
  hardswish: simple((c, x) => c.b.hardSwish(x)),
  hardshrink,
  softshrink,
  threshold: simple((c, x, args) =>
    c.b.where(c.b.lessOrEqual(x, like(c, x, args.number('threshold'))), like(c, x, args.number('value')), x),
  ),
  prelu,
  softplus,
  log_sigmoid: simple((c, x) => c.b.neg(c.b.softplus(c.b.neg(x)))),
  glu,
  softmax: softmax('softmax'),
  _softmax: softmax('softmax'),
  log_softmax: softmax('logSoftmax'),
  _log_softmax: softmax('logSoftmax'),
}
