import { elementCount } from '../../../../graph/index.ts'
import type { Description, PortDescription } from '../../../format.ts'
import type { Argument, ExportedGraph, ExportedProgram, Size } from '../../exported/program/program.ts'
import { namedResults } from './call-result.ts'
import { chooseInputs } from './input-dims.ts'

/** What a program says of itself, without evaluating it. */
export function describeExported(program: ExportedProgram): Description {
  const { torchVersion, schemaVersion } = program
  return {
    format: 'pt2',
    version: torchVersion ? `${schemaVersion} (torch ${torchVersion})` : schemaVersion,
    inputs: inputPorts(program),
    outputs: outputPorts(program),
    operators: operatorCounts(program.graph),
    parameters: parameterCount(program),
  }
}

const inputPorts = (program: ExportedProgram): PortDescription[] =>
  chooseInputs(program, []).given.flatMap(({ name, given }): PortDescription[] =>
    given.kind === 'tensor'
      ? [
          {
            name,
            dtype: given.dtype,
            shape: given.dims.map((dim) => (typeof dim === 'number' ? dim : dim.name)),
          },
        ]
      : [],
  )

/** Sizes that are no numbers stand as the file has them where they are short. */
function outputPorts(program: ExportedProgram): PortDescription[] {
  const results = program.outputs.flatMap((output) => (output.role === 'user' ? [output.argument] : []))
  const inputs = inputPorts(program).map(({ name }) => name)
  return namedResults(results, program.outTree, inputs).flatMap(({ name, argument }): PortDescription[] => {
    const record = argument.kind === 'tensor' ? program.graph.tensors.get(argument.name) : undefined
    return record ? [{ name, dtype: record.dtype, shape: record.sizes.map(sizeText) }] : []
  })
}

const sizeText = (size: Size): number | string =>
  typeof size === 'number'
    ? size
    : (/^Symbol\('(\w+)'/.exec(size.text)?.[1] ?? (size.text.length <= 24 ? size.text : '?'))

/** Operators as ATen names them, those of inner graphs too. */
function operatorCounts(graph: ExportedGraph, counts = new Map<string, number>()): Map<string, number> {
  for (const { target, inputs } of graph.nodes) {
    const [, space, name] = /^torch\.ops\.(\w+)\.(\w+)/.exec(target) ?? []
    const operator = space === undefined ? target : `${space}::${name}`
    counts.set(operator, (counts.get(operator) ?? 0) + 1)
    for (const { value } of inputs) if (isGraph(value)) operatorCounts(value.graph, counts)
  }
  return counts
}

const isGraph = (value: Argument): value is Argument & { readonly kind: 'graph' } => value.kind === 'graph'

/** Elements of all weights; those that share a name once. */
function parameterCount({ inputs, graph }: ExportedProgram): number {
  const sizes = new Map<string, number>()
  for (const input of inputs) {
    if (!('weight' in input)) continue
    const dims = graph.tensors.get(input.name)?.sizes.map((size) => (typeof size === 'number' ? size : 1))
    sizes.set(input.weight, elementCount(dims ?? []))
  }
  return [...sizes.values()].reduce((sum, count) => sum + count, 0)
}
