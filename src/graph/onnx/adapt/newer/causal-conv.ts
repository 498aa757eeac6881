import { broadcastTo, cast, number, silu, slice } from '../../../build/composites/index.ts'
import type { Adapter } from '../adapter.ts'

/**
 * Opset 27, https://onnx.ai/onnx/operators/onnx__CausalConvWithState.html: a depthwise convolution that sees what was, and
 * hands on its last positions.
 */
export const causalConvWithState: Adapter = {
  op: 'CausalConvWithState',
  below: Number.POSITIVE_INFINITY,
  adapt: (call) => {
    const { builder: b, node } = call
    const [x, weight] = [node.input(0), node.input(1)]
    const [batch = 0, channels = 0, length = 0] = x.dims
    const kernel = weight.dims[2]
    if (typeof kernel !== 'number' || typeof weight.dims[0] !== 'number')
      return call.refuse('the sizes of its weight are not known')
    const past = node.inputs[3] ?? broadcastTo(b, number(b, x.dtype, 0), [batch, channels, kernel - 1])
    const seen = b.concat([past, x], { axis: 2 })
    const result = b.conv(seen, weight, { B: node.inputs[2], group: weight.dims[0], kernel_shape: [kernel] })
    const activation = node.attribute('activation', 'string') ?? 'none'
    const isSwish = activation === 'silu' || activation === 'swish'
    if (!isSwish && activation !== 'none') return call.refuse(`its activation is ${activation}`)
    return [
      isSwish ? cast(b, silu(b, cast(b, result, 'float32')), x.dtype) : result,
      slice(b, seen, 2, { start: length }),
    ]
  },
}
