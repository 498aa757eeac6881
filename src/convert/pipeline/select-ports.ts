import { ModelError, nearest } from '../../errors/index.ts'
import type { Graph, Model } from '../../graph/index.ts'
import type { Request } from '../../request/index.ts'

/**
 * Keeps the outputs that `outputs=` names, in its order, and gives inputs and outputs the names of `rename=`. Names in
 * both keys are the model's own.
 *
 * @throws ModelError INVALID_GRAPH for a model without outputs, BAD_QUERY_VALUE for a name the model has not, or two ports of one name.
 */
export function selectPorts(
  { graph }: Model,
  { outputs, rename }: Pick<Request, 'outputs' | 'rename'>,
): void {
  checkAny(graph)
  checkKnown('outputs', outputs, outputNames(graph))
  checkKnown('rename', [...rename.keys()], [...inputNames(graph), ...outputNames(graph)])
  const kept =
    outputs.length === 0
      ? graph.outputs
      : outputs.flatMap((name) => graph.outputs.filter((output) => output.name === name))
  graph.setOutputs(kept.map(({ name, value }) => ({ name: rename.get(name) ?? name, value })))
  for (const input of graph.inputs) input.name = rename.get(input.name) ?? input.name
  checkDistinct(graph)
  checkApart(graph, rename)
}

const inputNames = (graph: Graph): string[] => graph.inputs.map(({ name }) => name)
const outputNames = (graph: Graph): string[] => graph.outputs.map(({ name }) => name)

function checkAny({ outputs }: Graph): void {
  if (outputs.length > 0) return
  throw new ModelError('INVALID_GRAPH', {
    what: 'The model has no outputs',
    why: 'Whatever it computes, nothing of it would be seen',
    next: 'Let its entry method return its tensors, or name another one: method=encode',
  })
}

function checkKnown(key: string, wanted: readonly string[], known: readonly string[]): void {
  const unknown = wanted.find((name) => !known.includes(name))
  if (unknown === undefined) return
  const close = nearest(unknown, known)
  throw new ModelError('BAD_QUERY_VALUE', {
    what: `${key} names ${JSON.stringify(unknown)}, which the model has not`,
    next: `${close ? `Did you mean ${close}? ` : ''}It has ${known.map((name) => JSON.stringify(name)).join(', ')}`,
  })
}

function checkDistinct(graph: Graph): void {
  for (const names of [inputNames(graph), outputNames(graph)]) {
    const twice = names.find((name, index) => names.indexOf(name) !== index)
    if (twice === undefined) continue
    throw new ModelError('BAD_QUERY_VALUE', {
      what: `rename gives the name ${twice} twice`,
      next: 'Give every input and every output a name of its own',
    })
  }
}

/** In ONNX a name is one value, so that an input and an output of one name can only be the same. */
function checkApart({ inputs, outputs }: Graph, rename: Request['rename']): void {
  const given = new Set(rename.values())
  const clash = outputs.find(
    ({ name, value }) => given.has(name) && inputs.some((input) => input.name === name && input !== value),
  )
  if (clash === undefined) return
  throw new ModelError('BAD_QUERY_VALUE', {
    what: `rename gives an input and an output the name ${clash.name}`,
    next: 'Give every input and every output a name of its own',
  })
}
