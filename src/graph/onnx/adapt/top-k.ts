import { editing } from './adapter.ts'

/** Opset 10: k became an input. */
export const topK = editing('TopK', 10, (call) => {
  const { node } = call
  const k = node.attribute('k', 'int') ?? call.refuse('attribute k is missing')
  node.removeAttribute('k')
  node.setInput(1, call.int64s([k]))
})
