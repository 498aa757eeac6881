import { tensorData } from '../../tensor.ts'
import type { Value } from '../../value.ts'
import type { Adapter, OldCall } from './adapter.ts'

/** Opset 6: repeats of every axis, where it was one axis and its number. */
export const tile: Adapter = {
  op: 'Tile',
  below: 6,
  adapt: (call) => {
    const { node } = call
    const [tiles, axis] = [constantInt(call, node.input(1)), constantInt(call, node.input(2))]
    const repeats = Array.from({ length: call.rank(0) }, (_, at) => (at === axis ? tiles : 1))
    return [call.emit('Tile', [node.input(0), call.int64s(repeats)])]
  },
}

function constantInt(call: OldCall, { tensor }: Value): number {
  const [value] = tensor ? tensorData(tensor) : []
  return value === undefined ? call.refuse('its axis is known only at run time') : Number(value)
}
