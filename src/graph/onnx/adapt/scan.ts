import { Graph } from '../../graph.ts'
import { type Adapter, int } from './adapter.ts'

/**
 * Opset 9 took away the batch axis and the lengths. Without lengths, every sample is a Scan of its own: a Scan over the
 * batch, whose body is the Scan.
 */
export const scan: Adapter = {
  op: 'Scan',
  below: 9,
  adapt: (call) => {
    const { node } = call
    const [lengths, ...given] = node.inputs
    if (lengths) call.refuse('its sequences have lengths of their own')
    const body = node.attribute('body', 'graph') ?? call.refuse('attribute body is missing')
    const directions = node.attribute('directions', 'ints')
    // The body is the inner Scan's from here on.
    node.removeAttribute('body')
    const sample = new Graph('sample')
    const inner = sample.append({
      op: 'Scan',
      inputs: given.map((value, index) => sample.addInput(value?.name ?? `input_${index}`, undefined)),
      attributes: new Map([
        ['body', { type: 'graph', value: body }],
        ['num_scan_inputs', int(call.requiredInt('num_scan_inputs'))],
        ...(directions ? ([['scan_input_directions', { type: 'ints', value: directions }]] as const) : []),
      ]),
      outputs: node.outputs.map(() => ({})),
      origin: node.origin,
    })
    inner.outputs.forEach((output, index) => {
      sample.addOutput(node.outputs[index]?.name ?? `output_${index}`, output)
    })
    const attributes = { body: { type: 'graph', value: sample }, num_scan_inputs: int(given.length) } as const
    return call.emitAll('Scan', given, attributes, node.outputs.length)
  },
}
