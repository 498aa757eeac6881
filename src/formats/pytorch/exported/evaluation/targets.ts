import { ModelError } from '../../../../errors/index.ts'
import { SCHEMAS } from '../../aten/registry.ts'
import type { Schema } from '../../aten/schema.ts'
import type { CallArguments, PyValue } from '../../evaluator/values/index.ts'
import type { ExportedNode, NodeInput } from '../program/program.ts'
import { argumentValue, type Environment } from './argument-values.ts'
import { HIGHER_ORDER } from './higher-order.ts'
import { PRIMS } from './prims.ts'
import type { ProgramRun } from './program-run.ts'
import { pythonFunction } from './python-operators.ts'

const OPERATOR = /^torch\.ops\.(\w+)\.(\w+)(?:\.(\w+))?$/

/** Evaluates one node: an operator of ATen or of another library, a function of Python on numbers, or one that runs graphs. */
export function evaluateNode(
  run: ProgramRun,
  node: ExportedNode,
  environment: Environment,
  path: string,
): PyValue {
  const { interpreter } = run
  const [, space, name, overload] = OPERATOR.exec(node.target) ?? []
  if (space === undefined || name === undefined) {
    const call = pythonFunction(node.target)
    if (call) return call(interpreter, argumentsOf(node, environment).positional)
    return missing(run, node.target)
  }
  if (space === 'higher_order') {
    const evaluate = HIGHER_ORDER.get(name)
    return evaluate ? evaluate(run, node, environment, path) : missing(run, node.target)
  }
  const known = space === 'aten' ? name : space === 'prims' ? PRIMS.get(name) : undefined
  const operator = known ?? `${space}.${name}`
  return interpreter.operators.call(
    interpreter,
    operator,
    argumentsOf(node, environment, schemasOf(operator, overload)),
  )
}

/** Noted with the others, so that one error names all. */
function missing({ interpreter }: ProgramRun, target: string): PyValue {
  const { session } = interpreter
  session.unsupported.add(target, session.place)
  return { kind: 'opaque', reason: target }
}

/**
 * The arguments by place and by name. Files up to torch 2.6 only name them: what stands where the operator's schema has a
 * parameter of that name is taken by place, since operators in place find their tensor there.
 */
function argumentsOf(
  { inputs, target }: ExportedNode,
  environment: Environment,
  schemas: readonly Schema[] = [],
): CallArguments {
  const positional: PyValue[] = []
  const keyword = new Map<string, PyValue>()
  for (const [index, input] of inputs.entries()) {
    const value = argumentValue(input.value, environment)
    if (!isPlaced(input, index, positional.length, schemas)) keyword.set(input.name, value)
    else if (positional.length === index) positional.push(value)
    else throw new ModelError('CORRUPT_FILE', { what: `The program calls ${target} with a place left out` })
  }
  return { positional, keyword }
}

function isPlaced(
  { name, place }: NodeInput,
  index: number,
  placed: number,
  schemas: readonly Schema[],
): boolean {
  if (place !== undefined) return place === 'positional'
  if (placed !== index) return false
  return (
    schemas.length === 0 ||
    schemas.some(({ parameters }) => {
      const parameter = parameters[index]
      return parameter?.name === name && !parameter.isKeywordOnly
    })
  )
}

/** The overload that a target names, where it is known; else all of its operator. */
function schemasOf(operator: string, overload: string | undefined): readonly Schema[] {
  const plain = operator.replace(/_$/, '')
  const all = SCHEMAS.overloads(plain)
  const beginning = overload === undefined || overload === 'default' ? `${plain}(` : `${plain}.${overload}(`
  const named = all.filter(({ text }) => text.startsWith(beginning))
  return named.length > 0 ? named : all
}
