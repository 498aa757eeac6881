import { int, type Mover, normalAxis, onlyFirst } from '../move.ts'
import { isSamePerm, type Perm } from '../perm.ts'

/** An operator of one tensor along one axis, which is named by an attribute. */
const along =
  (fallback: number): Mover =>
  (operands) => {
    const layout = onlyFirst(operands)
    if (!layout) return undefined
    const { node } = operands
    const axis = layout[normalAxis(node.attribute('axis', 'int') ?? fallback, layout.length)] ?? 0
    return { layouts: node.outputs.map(() => layout), attributes: [['axis', int(axis)]] }
  }

/** Kernels are made for the last axis, and transpose for others themselves. */
const softmax: Mover = (operands) => {
  const move = along(-1)(operands)
  const layout = onlyFirst(operands)
  const rank = layout?.length ?? 0
  const isLast = normalAxis(operands.node.attribute('axis', 'int') ?? -1, rank) === rank - 1
  return isLast && layout?.at(-1) !== rank - 1 ? undefined : move
}

const concat: Mover = ({ node, layouts }) => {
  const [first] = layouts
  const isOne = (layout: Perm | undefined): boolean => !!layout && !!first && isSamePerm(layout, first)
  if (!first || !layouts.every(isOne)) return undefined
  const axis = first[normalAxis(node.attribute('axis', 'int') ?? 0, first.length)] ?? 0
  return { layouts: [first], attributes: [['axis', int(axis)]] }
}

/**
 * QuantizeLinear and DequantizeLinear are missing on purpose: onnxruntime fuses an operator with the ones right before and
 * behind it, and its propagation of them through Transposes that stand elsewhere makes files that do not load.
 */
export const ALONG_AXES: ReadonlyMap<string, Mover> = new Map([
  [':Concat', concat],
  [':Hardmax', softmax],
  [':LogSoftmax', softmax],
  [':Softmax', softmax],
  [':Split', along(0)],
  [':TopK', along(-1)],
])
