import { ModelError } from '../../../../errors/index.ts'
import { Graph, tensorType, type Value, type ValueType } from '../../../../graph/index.ts'
import type { PyValue } from '../../evaluator/values/index.ts'
import type { ExportedNode } from '../program/program.ts'
import type { Environment } from './argument-values.ts'
import { argumentValue } from './argument-values.ts'
import { flat, type GraphArgument, graphAt, type HigherOrder } from './graph-arguments.ts'
import { asTensor, entering, evaluated, innerGraph, received, results } from './inner-graphs.ts'
import type { ProgramRun } from './program-run.ts'

/** `while_loop`: (condition, body, carried, others). The condition is computed before the loop, and behind every turn. */
export const whileLoop: HigherOrder = (run, node, environment, path) => {
  const [condition, body] = [graphAt(node, 0, path), graphAt(node, 1, path)]
  const carried = listAt(node, 2, environment)
  const others = entering(listAt(node, 3, environment))
  const { interpreter } = run
  const initial = carried.map((value) => asTensor(run, value))
  const first = truthOf(run, condition, [...entering(carried), ...others])
  const graph = new Graph(body.path)
  graph.addInput('turn', tensorType('int64', []))
  graph.addInput('goes_on', tensorType('bool', []))
  const inputs = initial.map((value, index) => graph.addInput(`carried_${index}`, typeOf(value)))
  innerGraph(interpreter, graph, () => {
    const values = inputs.map((value, index) => received(run, value, body.graph.inputs[index]))
    const next = run.runGraph(body.graph, [...values, ...others], body.path)
    const goesOn = truthOf(run, condition, [...next, ...others])
    return [goesOn, ...next.map((value) => asTensor(run, value))]
  })
  return results(run, node, interpreter.session.b.loop(initial, { cond: first, body: graph }))
}

function truthOf(run: ProgramRun, condition: GraphArgument, operands: readonly PyValue[]): Value {
  const [truth] = evaluated(run, condition, operands)
  const { b } = run.interpreter.session
  if (truth) return b.reshape(truth, b.int64s([]))
  throw new ModelError('CORRUPT_FILE', { what: 'The condition of a while_loop gives nothing' })
}

/** `map`: (graph, sequences, others). One turn for each element of the first axis. */
export const mapped: HigherOrder = (run, node, environment, path) =>
  scan(run, node, {
    body: graphAt(node, 0, path),
    states: [],
    sequences: listAt(node, 1, environment),
    others: listAt(node, 2, environment),
  })

/** `scan`: (graph, states, sequences, others). */
export const scanned: HigherOrder = (run, node, environment, path) =>
  scan(run, node, {
    body: graphAt(node, 0, path),
    states: listAt(node, 1, environment),
    sequences: listAt(node, 2, environment),
    others: listAt(node, 3, environment),
  })

interface Turns {
  readonly body: GraphArgument
  readonly states: readonly PyValue[]
  readonly sequences: readonly PyValue[]
  readonly others: readonly PyValue[]
}

function scan(run: ProgramRun, node: ExportedNode, { body, states, sequences, others }: Turns): PyValue {
  const { interpreter } = run
  const seen = entering(others)
  const given = [...states, ...sequences].map((value) => asTensor(run, value))
  const graph = new Graph(body.path)
  const inputs = given.map((value, index) =>
    graph.addInput(
      `value_${index}`,
      index < states.length ? typeOf(value) : tensorType(value.dtype, value.dims.slice(1)),
    ),
  )
  innerGraph(interpreter, graph, () => {
    const values = inputs.map((value, index) => received(run, value, body.graph.inputs[index]))
    return evaluated(run, body, [...values, ...seen])
  })
  const options = { body: graph, num_scan_inputs: sequences.length }
  return results(run, node, interpreter.session.b.scan(given, options))
}

const typeOf = (value: Value): ValueType => tensorType(value.dtype, value.dims)

function listAt({ inputs }: ExportedNode, index: number, environment: Environment): readonly PyValue[] {
  const argument = inputs[index]?.value
  return argument ? flat(argumentValue(argument, environment)) : []
}
