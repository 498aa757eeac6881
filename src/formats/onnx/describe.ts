import {
  type ByteSource,
  dimName,
  elementCount,
  type Graph,
  type Model,
  readModel,
  type Tensor,
  typeText,
  type ValueType,
} from '../../graph/index.ts'
import type { Description, PortDescription } from '../format.ts'

/** What an ONNX file says of itself, at its own opset. */
export function describeModel(source: ByteSource): Description {
  const model = readModel(source)
  return {
    format: 'onnx',
    version: `opset ${model.opsets.get('') ?? 1}`,
    inputs: model.graph.inputs.map(({ name, type }) => port(name, type)),
    outputs: model.graph.outputs.map(({ name, value }) => port(name, value.type)),
    operators: operatorCounts(model),
    parameters: parameterCount(model),
  }
}

function port(name: string, type: ValueType | undefined): PortDescription {
  if (!type) return { name }
  if (type.kind !== 'tensor') return { name, dtype: typeText(type) }
  const shape = type.dims?.map((dim) => (typeof dim === 'number' ? dim : dimName(dim)))
  return { name, dtype: type.dtype, shape }
}

/** Functions are counted by what they are made of. */
function operatorCounts({ graph }: Model): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { op, domain } of graph.allNodes()) {
    const name = domain === '' ? op : `${domain}:${op}`
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function parameterCount({ graph }: Model): number {
  const tensors = new Set(tensorsOf(graph))
  return [...tensors].reduce((sum, { dims }) => sum + elementCount(dims), 0)
}

function* tensorsOf(graph: Graph): Generator<Tensor> {
  for (const { tensor } of graph.initializers) if (tensor) yield tensor
  for (const node of graph.nodes()) for (const subgraph of node.subgraphs) yield* tensorsOf(subgraph)
}
