import { tensorOf } from '../../tensor.ts'
import { editing } from './adapter.ts'

/** Before opset 12 the ratio was an attribute, before 10 the mask was of the data's type, and 7 took `is_test` away. */
export const dropout = editing('Dropout', 12, (call) => {
  const { node } = call
  node.removeAttribute('is_test')
  if (call.opset < 10 && node.outputs[1]?.isUsed) call.refuse('its mask is used')
  const ratio = node.attribute('ratio', 'float')
  node.removeAttribute('ratio')
  if (ratio !== undefined) node.setInput(1, call.constant(tensorOf('float32', [], [ratio])))
})
