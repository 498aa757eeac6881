import { editing } from './adapter.ts'

/** Opset 5: the shape became an input. */
export const reshape = editing('Reshape', 5, (call) => {
  if (!call.moveInts('shape', 1)) call.node.setInput(1, call.int64s([]))
})
