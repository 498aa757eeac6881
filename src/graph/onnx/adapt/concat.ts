import { editing, int } from './adapter.ts'

/** Opset 4: the axis has to be said. */
export const concat = editing('Concat', 4, ({ node }) => {
  if (!node.attributes.has('axis')) node.setAttribute('axis', int(1))
})
