import { editing } from './adapter.ts'

/** Opset 11: bounds became inputs of the data's own type; one that is left out is the type's largest or lowest number. */
export const clip = editing('Clip', 11, (call) => {
  const { node } = call
  const bounds = ['min', 'max'] as const
  bounds.forEach((bound, index) => {
    const value = node.attribute(bound, 'float')
    node.removeAttribute(bound)
    if (value !== undefined) node.setInput(index + 1, call.scalarLike(node.input(0), value))
  })
})
