import { StringTensor, type Tensor, tensorOf } from '../../tensor.ts'
import type { AttributeProto, NodeProto } from '../proto/messages.ts'
import type { ReadContext } from './context.ts'
import { nodeLabel } from './label.ts'
import { readTensor } from './tensor.ts'

type Reader = (context: ReadContext, proto: AttributeProto) => Tensor | undefined

/** The attributes a Constant may hold its value in: https://onnx.ai/onnx/operators/onnx__Constant.html */
const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['value', (context, { t }) => t && readTensor(context, t)],
  ['value_float', (_, { f }) => tensorOf('float32', [], [f])],
  ['value_floats', (_, { floats }) => tensorOf('float32', [floats.length], floats)],
  ['value_int', (_, { i }) => tensorOf('int64', [], [i])],
  ['value_ints', (_, { ints }) => tensorOf('int64', [ints.length], ints)],
  ['value_string', (_, { s }) => new StringTensor([], [s?.asExactText() ?? ''])],
  [
    'value_strings',
    (_, { strings }) =>
      new StringTensor(
        [strings.length],
        strings.map((field) => field.asExactText()),
      ),
  ],
])

/** The tensor of a Constant node. @throws ModelError INVALID_GRAPH when it has none. */
export function constantTensor(
  context: ReadContext,
  node: NodeProto,
  attributes: readonly AttributeProto[],
): Tensor {
  for (const proto of attributes) {
    const tensor = READERS.get(proto.name)?.(context, proto)
    if (tensor) return tensor
  }
  throw context.invalid('A Constant without a value', nodeLabel(node))
}
