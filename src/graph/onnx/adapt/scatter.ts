import type { Adapter } from './adapter.ts'

/** Opset 11 renamed it. */
export const scatter: Adapter = {
  op: 'Scatter',
  below: Number.POSITIVE_INFINITY,
  adapt: (call) => [call.emit('ScatterElements', call.node.inputs, Object.fromEntries(call.node.attributes))],
}
