import type { Graph } from '../graph.ts'
import type { Node } from '../node.ts'
import type { Report } from './violation.ts'

type Counts = (node: Node, graph: Graph) => { readonly inputs: number; readonly outputs: number }

/** What the subgraphs of control flow take and give: https://onnx.ai/onnx/operators/onnx__Loop.html */
const COUNTS: ReadonlyMap<string, Counts> = new Map<string, Counts>([
  ['If', ({ outputs }) => ({ inputs: 0, outputs: outputs.length })],
  [
    'Loop',
    // Trip count and condition come first; what is carried, then what is collected.
    ({ inputs, outputs }) => ({ inputs: Math.max(2, inputs.length), outputs: outputs.length + 1 }),
  ],
  ['Scan', ({ inputs, outputs }) => ({ inputs: inputs.length, outputs: outputs.length })],
])

export function checkSubgraphs(node: Node, report: Report): void {
  const counts = node.domain === '' ? COUNTS.get(node.op) : undefined
  if (!counts) return
  for (const graph of node.subgraphs) {
    const wanted = counts(node, graph)
    if (graph.inputs.length !== wanted.inputs)
      report(
        'subgraphs',
        node,
        `graph ${graph.name} takes ${graph.inputs.length} inputs, not ${wanted.inputs}`,
      )
    // Results at the end that nobody reads may be left out of the node.
    if (graph.outputs.length < wanted.outputs)
      report(
        'subgraphs',
        node,
        `graph ${graph.name} gives ${graph.outputs.length} outputs, not ${wanted.outputs}`,
      )
  }
}
