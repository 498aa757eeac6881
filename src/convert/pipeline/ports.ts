import {
  bounds,
  type DimFacts,
  dimName,
  isSymbolic,
  type Model,
  typeText,
  type ValueType,
} from '../../graph/index.ts'
import type { Port } from '../report.ts'

/** Inputs and outputs of a model as the report shows them. */
export const portsOf = ({ graph, facts }: Model): { inputs: Port[]; outputs: Port[] } => ({
  inputs: graph.inputs.map(({ name, type }) => ({ ...port(name, type), ...emptiable(type, facts) })),
  outputs: graph.outputs.map(({ name, value }) => port(name, value.type)),
})

/** A tensor of unknown rank has the one dim `...`. */
function port(name: string, type: ValueType | undefined): Port {
  if (type?.kind !== 'tensor') return { name, dtype: typeText(type), shape: [] }
  const shape = type.dims?.map((dim) => (typeof dim === 'number' ? dim : dimName(dim)))
  return { name, dtype: type.dtype, shape: shape ?? ['...'] }
}

/** Sizes of tensors are taken to be at least 1, unless a range says otherwise: `past=2(0..)`. */
function emptiable(type: ValueType | undefined, facts: DimFacts): Pick<Port, 'mayBeEmpty'> {
  const dims = type?.kind === 'tensor' ? (type.dims ?? []) : []
  const names = dims.filter((dim) => isSymbolic(dim) && bounds(dim, facts)[0] <= 0).map(dimName)
  return names.length === 0 ? {} : { mayBeEmpty: names }
}
