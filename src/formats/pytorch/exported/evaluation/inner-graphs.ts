import { ModelError } from '../../../../errors/index.ts'
import { composites, type Graph, type Value } from '../../../../graph/index.ts'
import type { Interpreter } from '../../evaluator/interpreter/interpreter.ts'
import { type PyValue, TensorHandle, tuple } from '../../evaluator/values/index.ts'
import type { Argument, ExportedNode } from '../program/program.ts'
import type { GraphArgument } from './graph-arguments.ts'
import type { ProgramRun } from './program-run.ts'

/**
 * Evaluates into a graph of its own, which sees the values of the graphs around it: a branch of an If, the body of a Loop.
 * `emit` gives its outputs.
 */
export function innerGraph({ session }: Interpreter, graph: Graph, emit: () => readonly Value[]): Graph {
  session.inGraph(graph, () => {
    for (const [index, value] of emit().entries()) {
      const isOwn = value.producer?.graph === graph && value.outputOf.length === 0
      graph.addOutput(`output_${index}`, isOwn ? value : session.b.identity(value))
    }
  })
  return graph
}

/** Runs an exported graph within the one that is being emitted. */
export function evaluated(
  run: ProgramRun,
  { graph, path }: GraphArgument,
  operands: readonly PyValue[],
): Value[] {
  return run.runGraph(graph, operands, path).map((result) => asTensor(run, result))
}

/**
 * A value of a graph, of a tensor or a number.
 *
 * @throws ModelError UNSUPPORTED_CONSTRUCT for what has none.
 */
export function asTensor({ interpreter }: ProgramRun, value: PyValue): Value {
  const { b, unsupported } = interpreter.session
  if (value.kind === 'tensor') return value.read()
  if (value.kind === 'int') return composites.sizeScalar(b, value.value)
  if (value.kind === 'bool') return b.scalar('bool', Number(value.value))
  if (value.kind === 'float' && !value.symbolic) return composites.number(b, 'float64', value.value)
  // An operator without a conversion: evaluation goes on, to find the others, and ends with the names of all.
  if (value.kind === 'opaque' && !unsupported.isEmpty) return b.scalar('bool', 0)
  throw new ModelError('UNSUPPORTED_CONSTRUCT', {
    what: `A graph within the program takes or gives ${value.kind === 'opaque' ? value.reason : `a ${value.kind}`}, which is no tensor`,
    next: 'Leave it out of the branch or the loop',
  })
}

/**
 * The operands as an inner graph may read them: tensors with the value that they have now. A view that is first read inside
 * would be cut out there, and not be seen outside.
 */
export const entering = (operands: readonly PyValue[]): PyValue[] =>
  operands.map((operand) => (operand.kind === 'tensor' ? new TensorHandle(operand.read()) : operand))

/** A value of an inner graph under the name that it has there: a tensor, or the number that it holds. */
export function received({ interpreter }: ProgramRun, value: Value, argument: Argument | undefined): PyValue {
  const handle = new TensorHandle(value)
  return argument?.kind === 'symbol' ? interpreter.operator('item', [handle]) : handle
}

/** The results of a node that runs graphs. */
export const results = (run: ProgramRun, node: ExportedNode, values: readonly Value[]): PyValue => {
  const [only, second] = node.outputs
  const arguments_ = second === undefined && only?.kind === 'list' ? only.items : node.outputs
  return tuple(values.map((value, index) => received(run, value, arguments_[index])))
}

/** Of a condition, the bool that it is known to be. */
export function knownTruth(condition: PyValue): boolean | undefined {
  if (condition.kind === 'bool') return condition.value
  if (condition.kind !== 'tensor') return undefined
  const [content] = condition.read().content ?? []
  return typeof content === 'number' ? content !== 0 : undefined
}
