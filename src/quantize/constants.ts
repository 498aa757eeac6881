import { type DType, elementCount, type Model, type Value } from '../graph/index.ts'

/** Constants of the main graph and of all subgraphs, of one dtype and at least so many elements. */
export function constantsOf(model: Model, dtype: DType, atLeast: number): Value[] {
  const graphs = new Set([model.graph])
  for (const node of model.graph.allNodes()) for (const subgraph of node.subgraphs) graphs.add(subgraph)
  return [...graphs]
    .flatMap((graph) => [...graph.initializers])
    .filter(({ tensor }) => tensor?.dtype === dtype && elementCount(tensor.dims) >= atLeast)
}
