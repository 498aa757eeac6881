import { ModelError } from '../../../../errors/index.ts'
import type { PyValue, TensorHandle } from '../../evaluator/values/index.ts'
import type { Argument, ExportedGraph, ExportedNode, TensorRecord } from '../program/program.ts'
import { argumentValue } from './argument-values.ts'
import { checkNumber, checkTensor } from './check-record.ts'
import { neededNodes } from './needed-nodes.ts'
import type { ProgramRun } from './program-run.ts'
import { evaluateNode } from './targets.ts'

/** A program that is being evaluated. */
export function startRun(parts: Omit<ProgramRun, 'runGraph'>): ProgramRun {
  const run: ProgramRun = { ...parts, runGraph: (graph, inputs, path) => runGraph(run, graph, inputs, path) }
  return run
}

/**
 * Evaluates a graph node by node and holds what each gives against what the file records of it.
 *
 * @param path names the graph in places: `graph`, `graph/true_graph_0`.
 * @throws ModelError CORRUPT_FILE, and what the operators throw.
 */
function runGraph(
  run: ProgramRun,
  graph: ExportedGraph,
  inputs: readonly PyValue[],
  path: string,
): PyValue[] {
  const environment = new Map<string, PyValue>()
  for (const [index, argument] of graph.inputs.entries()) {
    const value = inputs[index]
    if (value && (argument.kind === 'tensor' || argument.kind === 'symbol'))
      environment.set(argument.name, value)
  }
  const file = run.places.of(path, graph)
  const needed = neededNodes(graph)
  for (const [index, node] of graph.nodes.entries()) {
    if (!needed.has(node)) continue
    run.interpreter.session.moveTo({ file, line: index + 1, column: 1 })
    const result = evaluateNode(run, node, environment, path)
    for (const [name, value] of given(node, result)) {
      environment.set(name, value)
      if (value.kind === 'tensor') {
        checkTensor(run, node, value, graph.tensors.get(name))
        noteStrides(run, value, graph.tensors.get(name))
      }
      if (value.kind === 'int') checkNumber(run, node, value, graph.ints.get(name))
    }
  }
  return graph.outputs.map((output) => argumentValue(output, environment))
}

/** Where it is open how the elements of a new tensor lie, the file says it. */
function noteStrides({ symbols }: ProgramRun, tensor: TensorHandle, record: TensorRecord | undefined): void {
  if (!record || tensor.layout.strides) return
  const strides = record.strides.map((stride) => symbols.dim(stride))
  if (strides.every((stride) => stride !== undefined)) tensor.laidOut({ strides, offset: 0 })
}

/** The results of a node by their names: one value, several, or a list of them. */
function given({ outputs, target }: ExportedNode, result: PyValue): (readonly [string, PyValue])[] {
  const [only, second] = outputs
  if (only === undefined) return []
  if (result.kind === 'opaque') return outputs.flatMap(namesIn).map((name) => [name, result] as const)
  if (second === undefined && only.kind !== 'list' && !isSequence(result)) return assigned(only, result)
  if (second === undefined && only.kind === 'list') return spread(only.items, result, target)
  return spread(outputs, result, target)
}

function spread(
  outputs: readonly Argument[],
  result: PyValue,
  target: string,
): (readonly [string, PyValue])[] {
  const items = isSequence(result) ? result.items : [result]
  if (items.length < outputs.length) {
    throw new ModelError('CORRUPT_FILE', {
      what: `The program expects ${outputs.length} results of ${target}, which gives ${items.length}`,
    })
  }
  return outputs.flatMap((output, index) => {
    const item = items[index]
    if (!item) return []
    return output.kind === 'list' ? spread(output.items, item, target) : assigned(output, item)
  })
}

const isSequence = (value: PyValue): value is PyValue & { readonly items: readonly PyValue[] } =>
  value.kind === 'tuple' || value.kind === 'list'

const assigned = (output: Argument, value: PyValue): (readonly [string, PyValue])[] =>
  output.kind === 'tensor' || output.kind === 'symbol' ? [[output.name, value]] : []

const namesIn = (output: Argument): string[] => {
  if (output.kind === 'tensor' || output.kind === 'symbol') return [output.name]
  return output.kind === 'list' ? output.items.flatMap(namesIn) : []
}
