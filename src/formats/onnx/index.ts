import type { Format } from '../format.ts'
import { sniff } from '../sniff.ts'
import { describeOnnx } from './describe.ts'
import { normaliseOnnx } from './normalise.ts'

/** ONNX itself: read, brought to the canonical opset, inputs fixed as the request says. */
export const onnx: Format = {
  name: 'onnx',
  matches: (source) => sniff(source) === 'onnx',
  describe: describeOnnx,
  normalise: normaliseOnnx,
}
