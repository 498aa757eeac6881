import { cast } from '../../../build/composites/index.ts'
import { DTYPES, dtypeFromOnnx, isInteger } from '../../../dtype.ts'
import { MemoryTensor } from '../../../tensor.ts'
import type { Adapter } from '../adapter.ts'

/**
 * Opset 26, https://onnx.ai/onnx/operators/onnx__BitCast.html: the same bits as another dtype. Integers of a width are cast,
 * which keeps their bits (of bool 0 and 1); of floats nothing in the canonical opset shows the bits.
 */
export const bitCast: Adapter = {
  op: 'BitCast',
  below: Number.POSITIVE_INFINITY,
  adapt: (call) => {
    const { builder: b, node } = call
    const x = node.input(0)
    const to = dtypeFromOnnx(call.requiredInt('to'))
    if (!to || DTYPES[to].bits !== DTYPES[x.dtype].bits)
      return call.refuse(`${to ?? 'its result'} is not as wide as ${x.dtype}`)
    if (x.tensor) return [b.constant(new MemoryTensor(to, x.tensor.dims, x.tensor.bytes()))]
    if (!(isInteger(to) || to === 'bool') || !(isInteger(x.dtype) || x.dtype === 'bool'))
      return call.refuse(`it shows the bits of ${x.dtype} as ${to}, which are known only at run time`)
    return [cast(b, x, to)]
  },
}
