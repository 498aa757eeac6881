import type { Attributes } from '../attribute.ts'
import { integersOf } from '../inference/content.ts'
import type { InferenceContext } from '../inference/context.ts'
import { type OutputInfo, tensorInfo } from '../inference/output-info.ts'
import { StringTensor, type Tensor, tensorOf } from '../tensor.ts'

/** The tensor of a Constant node; undefined when it has none of the value attributes. */
export function constantTensor(attributes: Attributes): Tensor | undefined {
  for (const [name, attribute] of attributes) {
    if (!name.startsWith('value')) continue
    switch (attribute.type) {
      case 'tensor':
        return attribute.value
      case 'int':
        return tensorOf('int64', [], [attribute.value])
      case 'float':
        return tensorOf('float32', [], [attribute.value])
      case 'string':
        return new StringTensor([], [attribute.value])
      case 'ints':
        return tensorOf('int64', [attribute.value.length], attribute.value)
      case 'floats':
        return tensorOf('float32', [attribute.value.length], attribute.value)
      case 'strings':
        return new StringTensor([attribute.value.length], attribute.value)
      default:
    }
  }
  return undefined
}

export function constantInfo(context: InferenceContext): OutputInfo[] {
  const tensor = constantTensor(context.call.attributes)
  if (!tensor) return context.fail('it has no value')
  return [tensorInfo(tensor.dtype, tensor.dims, integersOf(tensor))]
}
