import { ModelError } from '../../../errors/index.ts'
import type { Builder, Dim, DType, Graph, Value } from '../../../graph/index.ts'
import { tensorType } from '../../../graph/index.ts'

/**
 * Stands for tensors whose contents a model leaves open: `torch.empty`, random numbers, parameters that a state dict will
 * fill. What is computed from them while a model is constructed is thrown away; a graph that still reads one is refused.
 */
const DOMAIN = 'undefined contents'

/** @param origin What would have made the contents: `torch.randn`. */
export function undefinedContents(b: Builder, dtype: DType, dims: readonly Dim[], origin: string): Value {
  return b.insert({
    op: origin,
    domain: DOMAIN,
    inputs: [],
    outputs: [{ type: tensorType(dtype, dims) }],
    origin: b.origin,
  }).output
}

/** @throws ModelError UNSUPPORTED_CONSTRUCT when the graph still reads undefined contents. */
export function refuseUndefinedContents(graph: Graph): void {
  for (const { domain, op, origin } of graph.nodes()) {
    if (domain !== DOMAIN) continue
    throw new ModelError('UNSUPPORTED_CONSTRUCT', {
      what: `The model computes with a tensor of ${op}, whose contents are ${op.includes('empty') ? 'not set' : 'random'}`,
      where: origin,
      next: 'Pass it as an input, or register it as a buffer so that the weights hold it',
    })
  }
}
