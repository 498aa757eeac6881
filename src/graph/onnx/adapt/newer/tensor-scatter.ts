import {
  broadcastTo,
  moveAxis,
  normalAxis,
  rangeOf,
  sizeScalar,
  unsqueeze,
} from '../../../build/composites/index.ts'
import type { Adapter } from '../adapter.ts'

/**
 * Opset 24, https://onnx.ai/onnx/operators/onnx__TensorScatter.html: writes an update into a cache, for each of the batch
 * from its own place on.
 */
export const tensorScatter: Adapter = {
  op: 'TensorScatter',
  below: Number.POSITIVE_INFINITY,
  adapt: (call) => {
    const { builder: b, node } = call
    const [cache, update, starts] = [node.input(0), node.input(1), node.inputs[2]]
    const axis = normalAxis(node.attribute('axis', 'int') ?? -2, call.rank(0))
    if (axis === 0) return call.refuse('it scatters along the batch')
    const [batch = 0] = update.dims
    const length = update.dims[axis] ?? 0
    const steps = unsqueeze(b, rangeOf(b, length), [0])
    const begun = starts ? b.add(unsqueeze(b, starts, [1]), steps) : steps
    const isCircular = node.attribute('mode', 'string') === 'circular'
    const places = isCircular ? b.mod(begun, sizeScalar(b, cache.dims[axis] ?? 0)) : begun
    const samples = unsqueeze(b, rangeOf(b, batch), [1])
    const pairs = [samples, places].map((part) => unsqueeze(b, broadcastTo(b, part, [batch, length]), [2]))
    // With the sequence behind the batch, ScatterND takes whole rows.
    const written = b.scatterND(
      moveAxis(b, cache, axis, 1),
      b.concat(pairs, { axis: 2 }),
      moveAxis(b, update, axis, 1),
    )
    return [moveAxis(b, written, 1, axis)]
  },
}
