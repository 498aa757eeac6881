import type { Node } from '../../graph/index.ts'

/** Operators whose inputs all broadcast to one another, from which input on. */
const BROADCASTING: ReadonlySet<string> = new Set([
  'Add',
  'And',
  'BitShift',
  'BitwiseAnd',
  'BitwiseOr',
  'BitwiseXor',
  'Div',
  'Equal',
  'Greater',
  'GreaterOrEqual',
  'Less',
  'LessOrEqual',
  'Max',
  'Mean',
  'Min',
  'Mod',
  'Mul',
  'Or',
  'Pow',
  'Sub',
  'Sum',
  'Where',
  'Xor',
])

/** Whether all inputs of the node broadcast to one another (https://onnx.ai/onnx/repo-docs/Broadcasting.html). */
export const isBroadcasting = ({ op, domain }: Node): boolean => domain === '' && BROADCASTING.has(op)
