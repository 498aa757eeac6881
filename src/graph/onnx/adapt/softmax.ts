import type { Value } from '../../value.ts'
import { type Adapter, int, type OldCall } from './adapter.ts'

/**
 * Before opset 13 the data was seen as a matrix: all axes from `axis` (1 when absent) on together, where it is one axis
 * (the last one when absent) now.
 */
const coercing = (op: string): Adapter => ({ op, below: 13, adapt: (call) => adapt(op, call) })

export const softmax = coercing('Softmax')
export const logSoftmax = coercing('LogSoftmax')
export const hardmax = coercing('Hardmax')

function adapt(op: string, call: OldCall): readonly Value[] | undefined {
  const { node } = call
  const axis = node.attribute('axis', 'int') ?? 1
  if (isOneAxis(node.input(0), axis)) {
    node.setAttribute('axis', int(axis))
    return undefined
  }
  const x = node.input(0)
  const matrix = call.emit('Flatten', [x], { axis: int(axis) })
  const result = call.emit(op, [matrix], { axis: int(1) })
  return [call.emit('Reshape', [result, call.emit('Shape', [x])])]
}

/** Whether all axes behind `axis` are known to be of size 1. */
function isOneAxis({ type }: Value, axis: number): boolean {
  if (type?.kind !== 'tensor' || !type.dims) return false
  const first = axis < 0 ? axis + type.dims.length : axis
  return first < type.dims.length && type.dims.slice(first + 1).every((dim) => dim === 1)
}
