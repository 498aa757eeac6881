import { ModelError } from '../../../../errors/index.ts'
import { type PyValue, tuple } from '../../evaluator/values/index.ts'
import type { ExportedGraph, ExportedNode } from '../program/program.ts'
import { argumentValue, type Environment } from './argument-values.ts'
import { branch } from './branches.ts'
import { type ProgramRun, runGraph } from './graph-run.ts'
import { mapped, scanned, whileLoop } from './loops.ts'

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

/** Runs its graph in place: what surrounds it concerns training, or how it is compiled. */
const inline: HigherOrder = (run, node, environment, path) => {
  const at = node.inputs.findIndex(({ value }) => value.kind === 'graph')
  const { graph, path: inner } = graphAt(node, at, path)
  const operands = operandsFrom(node, at + 1, environment).slice(0, graph.inputs.length)
  return tuple(runGraph(run, graph, operands, inner))
}

/** (device, dtype, enabled, cache, graph, operands…) */
const autocast: HigherOrder = (run, node, environment, path) => {
  const [device, dtype, enabled] = node.inputs.map(({ value }) => value)
  const casts = enabled?.kind === 'bool' && enabled.value
  const isHere = device?.kind === 'string' && device.value === 'cpu'
  // What it casts to bfloat16 is computed in float32 here all the same.
  const isWidened = dtype?.kind === 'dtype' && dtype.value === 'bfloat16'
  if (!casts || !isHere || isWidened) return inline(run, node, environment, path)
  throw new ModelError('UNSUPPORTED_CONSTRUCT', {
    what: `The program computes a part under torch.autocast in ${dtype?.kind === 'dtype' ? dtype.value : 'lower precision'}`,
    where: run.places.whereOf(node),
    why: 'Which operators it casts is a table of the release that would run it, and not in the file',
    next: 'Export it without autocast, or with run_decompositions(), which writes the casts out; ?quant=fp16 makes it smaller',
  })
}

export const HIGHER_ORDER: ReadonlyMap<string, HigherOrder> = new Map<string, HigherOrder>([
  ['cond', branch],
  ['while_loop', whileLoop],
  ['map_impl', mapped],
  ['map', mapped],
  ['scan', scanned],
  ['wrap_with_set_grad_enabled', inline],
  ['wrap_with_autocast', autocast],
  ['wrap', inline],
  ['strict_mode', inline],
  ['hints_wrapper', inline],
  ['invoke_subgraph', inline],
  ['tag_activation_checkpoint', inline],
  ['wrap_activation_checkpoint', inline],
])
