import type { Node, Value } from '../../graph/index.ts'

/** Whether one node alone reads the value (once or twice), and no graph returns it: then it may change with that node. */
export const isReadOnlyBy = (value: Value, node: Node): boolean => soleUser(value) === node

/** The one node that reads the value, when no graph returns it. */
export function soleUser(value: Value): Node | undefined {
  return value.userCount === 1 && value.outputOf.length === 0 ? value.users[0] : undefined
}

/** The node that computes the value, when it is that operator of ONNX in the same graph as `of`. */
export function producerOf(value: Value | undefined, op: string, of?: Node): Node | undefined {
  const node = value?.producer
  if (!node || node.op !== op || node.domain !== '') return undefined
  return of && node.graph !== of.graph ? undefined : node
}
