import { cast, rmsNormalization as normalize } from '../../../build/composites/index.ts'
import { dtypeFromOnnx } from '../../../dtype.ts'
import type { Adapter } from '../adapter.ts'

/** Opset 23, https://onnx.ai/onnx/operators/onnx__RMSNormalization.html: normalised in `stash_type`, scaled in the scale's own dtype. */
export const rmsNormalization: Adapter = {
  op: 'RMSNormalization',
  below: Number.POSITIVE_INFINITY,
  adapt: (call) => {
    const { builder: b, node } = call
    const [x, scale, rank] = [node.input(0), node.input(1), call.rank(0)]
    const axis = node.attribute('axis', 'int') ?? -1
    const precision = dtypeFromOnnx(node.attribute('stash_type', 'int') ?? 1)
    if (!precision) return call.refuse('its stash_type is no element type')
    const normal = normalize(b, cast(b, x, precision), {
      axes: axis < 0 ? -axis : rank - axis,
      epsilon: node.attribute('epsilon', 'float') ?? 1e-5,
    })
    return [b.mul(cast(b, normal, scale.dtype), scale)]
  },
}
