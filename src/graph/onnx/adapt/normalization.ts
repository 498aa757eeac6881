import type { Node } from '../../node.ts'
import type { Value } from '../../value.ts'
import { type Adapter, editing, int, type OldCall } from './adapter.ts'

/**
 * Before opset 14 the running statistics and the saved ones were outputs, given in training only; before 9 `spatial` = 0
 * asked for statistics of every element; before 7 `is_test` = 0 for those of the batch.
 */
export const batchNormalization: Adapter = {
  op: 'BatchNormalization',
  below: 14,
  adapt: (call) => {
    const { node } = call
    if (node.attribute('spatial', 'int') === 0) call.refuse('spatial is 0')
    node.removeAttribute('spatial')
    if (call.opset < 7 && node.attribute('is_test', 'int') !== 1)
      call.refuse('it normalises by its batch (is_test is 0)')
    node.removeAttribute('is_test')
    if (node.outputs.slice(1).some(({ isUsed }) => isUsed)) call.refuse('its training outputs are used')
    return node.outputs.length === 1 ? undefined : [call.emit(node.op, node.inputs, plain(node))]
  },
}

const plain = ({ attributes }: Node) => Object.fromEntries(attributes)

/** Opset 21: scale and bias of every channel, where they were of every group. */
export const groupNormalization = editing('GroupNormalization', 21, (call) => {
  const { node } = call
  const groups = node.attribute('num_groups', 'int') ?? call.refuse('attribute num_groups is missing')
  for (const index of [1, 2]) node.setInput(index, perChannel(call, node.input(index), groups))
})

/** [g] → [g, 1] → [g, C/g] → [C] */
function perChannel(call: OldCall, perGroup: Value, groups: number): Value {
  const channels = call.emit('Shape', [call.node.input(0)], { start: int(1), end: int(2) })
  const repeats = call.emit('Div', [channels, call.int64s([groups])])
  const shape = call.emit('Concat', [call.int64s([groups]), repeats], { axis: int(0) })
  const column = call.emit('Unsqueeze', [perGroup, call.int64s([1])])
  return call.emit('Reshape', [call.emit('Expand', [column, shape]), call.int64s([-1])])
}
