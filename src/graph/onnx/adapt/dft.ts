import { tensorOf } from '../../tensor.ts'
import { editing } from './adapter.ts'

/** Opset 20: the axis became an input, and its default changed. */
export const dft = editing('DFT', 20, (call) => {
  const { node } = call
  const axis = node.attribute('axis', 'int') ?? 1
  node.removeAttribute('axis')
  node.setInput(2, call.constant(tensorOf('int64', [], [axis])))
})
