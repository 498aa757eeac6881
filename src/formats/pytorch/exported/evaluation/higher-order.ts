import { ModelError } from '../../../../errors/index.ts'
import { tuple } from '../../evaluator/values/index.ts'
import { branch } from './branches.ts'
import { graphAt, type HigherOrder, operandsFrom } from './graph-arguments.ts'
import { mapped, scanned, whileLoop } from './loops.ts'

/** Runs its graph in place: what surrounds it concerns training, or how it is compiled. */
const inline: HigherOrder = (run, node, environment, path) => {
  const at = node.inputs.findIndex(({ value }) => value.kind === 'graph')
  const { graph, path: inner } = graphAt(node, at, path)
  const operands = operandsFrom(node, at + 1, environment).slice(0, graph.inputs.length)
  return tuple(run.runGraph(graph, operands, inner))
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
