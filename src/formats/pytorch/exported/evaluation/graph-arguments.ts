import { ModelError } from '../../../../errors/index.ts'
import type { PyValue } from '../../evaluator/values/index.ts'
import type { ExportedGraph, ExportedNode } from '../program/program.ts'
import { argumentValue, type Environment } from './argument-values.ts'
import type { ProgramRun } from './program-run.ts'

/** An operator that is given graphs. */
export type HigherOrder = (
  run: ProgramRun,
  node: ExportedNode,
  environment: Environment,
  path: string,
) => PyValue

/** A graph among the arguments, with its place as errors name it. */
export interface GraphArgument {
  readonly graph: ExportedGraph
  readonly path: string
}

/** @throws ModelError CORRUPT_FILE where the argument is no graph. */
export function graphAt({ inputs, target }: ExportedNode, index: number, path: string): GraphArgument {
  const argument = inputs[index]?.value
  if (argument?.kind === 'graph') return { graph: argument.graph, path: `${path}/${argument.name}` }
  throw new ModelError('CORRUPT_FILE', { what: `Argument ${index} of ${target} is no graph` })
}

/** The arguments from there on, lists taken apart. */
export const operandsFrom = (node: ExportedNode, index: number, environment: Environment): PyValue[] =>
  node.inputs.slice(index).flatMap(({ value }) => flat(argumentValue(value, environment)))

export const flat = (value: PyValue): readonly PyValue[] =>
  value.kind === 'list' || value.kind === 'tuple' ? value.items : [value]
