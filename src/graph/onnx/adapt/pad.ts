import { editing } from './adapter.ts'

/** Opset 11: pads and the value became inputs. Opset 2 gave the attribute its name. */
export const pad = editing('Pad', 11, (call) => {
  const { node } = call
  const value = node.attribute('value', 'float') ?? 0
  node.removeAttribute('value')
  if (!call.moveInts(call.opset < 2 ? 'paddings' : 'pads', 1)) call.refuse('attribute pads is missing')
  if (value !== 0) node.setInput(2, call.scalarLike(node.input(0), value))
})
