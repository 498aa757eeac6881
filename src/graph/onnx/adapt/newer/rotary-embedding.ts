import type { Builder } from '../../../build/builder.ts'
import { reshapeTo, slice, unsqueeze } from '../../../build/composites/index.ts'
import { floorDiv } from '../../../dims/index.ts'
import type { Value } from '../../../value.ts'
import type { Adapter, OldCall } from '../adapter.ts'

/** Opset 23, https://onnx.ai/onnx/operators/onnx__RotaryEmbedding.html */
export const rotaryEmbedding: Adapter = {
  op: 'RotaryEmbedding',
  below: Number.POSITIVE_INFINITY,
  adapt: (call) => {
    const { builder: b, node } = call
    const x = node.input(0)
    if (call.rank(0) !== 3) return [rotated(call, x, 1)]
    const [batch = 0, length = 0, hidden = 0] = x.dims
    const heads = call.requiredInt('num_heads')
    // [N, L, heads·d] needs no transpose: heads are turned where they stand.
    const split = reshapeTo(b, x, [batch, length, heads, floorDiv(hidden, heads)])
    return [reshapeTo(b, rotated(call, split, 2), x.dims)]
  },
}

/** X [N, …, d], whose heads stand on axis `heads` of 1 and 2. */
function rotated(call: OldCall, x: Value, heads: 1 | 2): Value {
  const { builder: b, node } = call
  const size = node.attribute('rotary_embedding_dim', 'int') || x.dims[3]
  const interleaved = node.attribute('interleaved', 'int') === 1
  if (typeof size !== 'number') return call.refuse('the size of its heads is not known')
  const turning = slice(b, x, 3, { end: size })
  const [cos, sin] = [table(call, 1, heads), table(call, 2, heads)]
  const [first, second] = interleaved
    ? [slice(b, turning, 3, { step: 2 }), slice(b, turning, 3, { start: 1, step: 2 })]
    : [slice(b, turning, 3, { end: size / 2 }), slice(b, turning, 3, { start: size / 2 })]
  const real = b.sub(b.mul(cos, first), b.mul(sin, second))
  const imaginary = b.add(b.mul(sin, first), b.mul(cos, second))
  const turned = interleaved
    ? interleave(b, real, imaginary, turning)
    : b.concat([real, imaginary], { axis: 3 })
  return size === x.dims[3] ? turned : b.concat([turned, slice(b, x, 3, { start: size })], { axis: 3 })
}

/** A cache's rows for every position, [N, L, d/2], with an axis for the heads. */
function table({ builder: b, node }: OldCall, index: number, heads: 1 | 2): Value {
  const [cache, positions] = [node.input(index), node.inputs[3]]
  return unsqueeze(b, positions ? b.gather(cache, positions) : cache, [heads])
}

function interleave(b: Builder, real: Value, imaginary: Value, like: Value): Value {
  const pairs = b.concat([unsqueeze(b, real, [4]), unsqueeze(b, imaginary, [4])], { axis: 4 })
  return reshapeTo(b, pairs, like.dims)
}
