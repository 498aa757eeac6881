import { type Adapter, editing } from './adapter.ts'

/** Opset 7: whoever wants the whole sequence takes the output. Before, an attribute said whether there is one. */
export const recurrent: readonly Adapter[] = ['GRU', 'LSTM', 'RNN'].map((op) =>
  editing(op, 7, (call) => {
    const { node } = call
    const given = node.attribute('output_sequence', 'int') === 1
    if (!given && node.outputs[0]?.isUsed) call.refuse('its sequence is used and output_sequence is 0')
    node.removeAttribute('output_sequence')
  }),
)
