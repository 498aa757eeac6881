import { type Adapter, editing, type OldCall } from './adapter.ts'

const OPERATORS = ['Add', 'And', 'Div', 'Equal', 'Greater', 'Less', 'Mul', 'Or', 'Pow', 'Sub', 'Xor']

/** Opset 7: operands broadcast as in NumPy. Before, B broadcast when asked to, from `axis` of A on (else at its end). */
export const broadcasts: readonly Adapter[] = OPERATORS.map((op) => editing(op, 7, alignSecond))

function alignSecond(call: OldCall): void {
  const { node } = call
  const axis = node.attribute('axis', 'int')
  node.removeAttribute('axis')
  node.removeAttribute('broadcast')
  if (axis === undefined) return
  const [a, b] = [call.rank(0), call.rank(1)]
  const behind = a - (axis < 0 ? axis + a : axis) - b
  if (behind > 0) node.setInput(1, call.withAxes(node.input(1), b, behind))
}

/** Opset 7: a slope broadcasts as in NumPy; before, it was one a channel. */
export const prelu = editing('PRelu', 7, (call) => {
  const { node } = call
  const behind = call.rank(0) - 2
  if (call.rank(1) === 1 && behind > 0) node.setInput(1, call.withAxes(node.input(1), 1, behind))
})

/** Opset 7 took away the attribute. */
export const gemm = editing('Gemm', 7, ({ node }) => {
  node.removeAttribute('broadcast')
})
