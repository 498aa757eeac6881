import { type Adapter, editing } from './adapter.ts'

/** Opset 6 gave the constants more digits. */
const BEFORE = { alpha: 1.6732, gamma: 1.0507 }

export const selu: Adapter = editing('Selu', 6, ({ node }) => {
  for (const [name, value] of Object.entries(BEFORE))
    if (!node.attributes.has(name)) node.setAttribute(name, { type: 'float', value })
})
