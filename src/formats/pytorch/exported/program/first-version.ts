import type { Fields } from '../json/fields.ts'
import type { ExportedGraph, ProgramInput, ProgramOutput, TensorRecord } from './program.ts'

/** The signature of schema version 1 (torch 2.1): tables by name, where later versions list what each input is. */
interface FirstSignature {
  readonly inputs: readonly ProgramInput[]
  readonly outputs: readonly ProgramOutput[]
}

export const isFirstVersion = (signature: Fields): boolean => signature.has('inputs_to_parameters')

/** @throws ModelError CORRUPT_FILE */
export function readFirstSignature(signature: Fields, graph: ExportedGraph): FirstSignature {
  const table = (name: string): ReadonlyMap<string, string> => {
    const fields = signature.object(name)
    return new Map(fields.keys.map((key) => [key, fields.string(key)]))
  }
  const parameters = table('inputs_to_parameters')
  const buffers = table('inputs_to_buffers')
  const mutated = table('buffers_to_mutate')
  return {
    inputs: graph.inputs.map((argument): ProgramInput => {
      const name = argument.kind === 'tensor' ? argument.name : ''
      const [parameter, buffer] = [parameters.get(name), buffers.get(name)]
      if (parameter !== undefined) return { role: 'parameter', name, weight: parameter }
      if (buffer !== undefined) return { role: 'buffer', name, weight: buffer }
      return { role: 'user', argument }
    }),
    outputs: graph.outputs.map((argument): ProgramOutput => {
      const target = argument.kind === 'tensor' ? mutated.get(argument.name) : undefined
      return target === undefined ? { role: 'user', argument } : { role: 'mutation', of: 'buffer', target }
    }),
  }
}

/**
 * The graph with the sizes of its inputs made the same that version 1 says are equal: `[["mask", 0], ["ids", 0]]`. It gives each
 * a symbol of its own all the same.
 */
export function withEqualSizes(graph: ExportedGraph, root: Fields): ExportedGraph {
  if (!root.has('equality_constraints')) return graph
  const tensors = new Map(graph.tensors)
  for (const pair of root.list('equality_constraints')) {
    const [to, from] = (Array.isArray(pair) ? pair : []).map(placeOf)
    const size = from && tensors.get(from.name)?.sizes[from.axis]
    const record = to && tensors.get(to.name)
    if (size === undefined || !record || !to) continue
    const sizes = record.sizes.map((own, axis) => (axis === to.axis ? size : own))
    tensors.set(to.name, { ...record, sizes } satisfies TensorRecord)
  }
  return { ...graph, tensors }
}

function placeOf(place: unknown): { readonly name: string; readonly axis: number } | undefined {
  const [name, axis] = Array.isArray(place) ? place : []
  return typeof name === 'string' && typeof axis === 'number' ? { name, axis } : undefined
}
