import { type ByteSource, dimName, elementCount, type Model, type ValueType } from '../../graph/index.ts'
import { readModel } from '../../graph/onnx/index.ts'
import type { Description, PortDescription } from '../format.ts'

/** What an ONNX file holds; weights are not read. */
export function describeOnnx(source: ByteSource): Description {
  const model = readModel(source)
  const { graph } = model
  return {
    format: 'onnx',
    version: `opset ${model.opsets.get('') ?? '?'}`,
    inputs: graph.inputs.map(({ name, type }) => port(name, type)),
    outputs: graph.outputs.map(({ name, value }) => port(name, value.type)),
    operators: countOperators(model),
    parameters: countParameters(model),
    missing: [],
  }
}

function port(name: string, type: ValueType | undefined): PortDescription {
  if (type?.kind !== 'tensor') return { name }
  return {
    name,
    dtype: type.dtype,
    shape: type.dims?.map((dim) => (typeof dim === 'number' ? dim : dimName(dim))),
  }
}

function countOperators({ graph }: Model): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { op, domain } of graph.allNodes()) {
    const name = domain === '' ? op : `${domain}:${op}`
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return counts
}

/** Elements of constants, tied ones once; integers of shape arithmetic are no weights. */
function countParameters({ graph }: Model): number {
  const tensors = new Set(
    [graph, ...[...graph.allNodes()].flatMap((node) => node.subgraphs)].flatMap(({ initializers }) =>
      [...initializers].flatMap(({ tensor }) => (tensor && tensor.dtype !== 'int64' ? [tensor] : [])),
    ),
  )
  return [...tensors].reduce((sum, { dims }) => sum + elementCount(dims), 0)
}
