import { dimName, type Model, typeText, type ValueType } from '../../graph/index.ts'
import type { Port } from '../report.ts'

/** Inputs and outputs of a model as the report shows them. */
export const portsOf = ({ graph }: Model): { inputs: Port[]; outputs: Port[] } => ({
  inputs: graph.inputs.map(({ name, type }) => port(name, type)),
  outputs: graph.outputs.map(({ name, value }) => port(name, value.type)),
})

/** A tensor of unknown rank has the one dim `...`. */
function port(name: string, type: ValueType | undefined): Port {
  if (type?.kind !== 'tensor') return { name, dtype: typeText(type), shape: [] }
  const shape = type.dims?.map((dim) => (typeof dim === 'number' ? dim : dimName(dim)))
  return { name, dtype: type.dtype, shape: shape ?? ['...'] }
}
