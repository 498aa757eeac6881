import { editing, int } from './adapter.ts'

/** Opset 13: sizes became an input, which they could be before opset 2 as well. Opset 18: without sizes, the number of parts is an attribute. */
export const split = editing('Split', 18, (call) => {
  const { node } = call
  const sized = call.moveInts('split', 1) || node.inputs[1] !== undefined
  if (!sized) node.setAttribute('num_outputs', int(node.outputs.length))
})
