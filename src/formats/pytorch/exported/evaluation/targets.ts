import { ModelError } from '../../../../errors/index.ts'
import { SCHEMAS } from '../../aten/registry.ts'
import type { CallArguments, PyValue } from '../../evaluator/values/index.ts'
import type { ExportedNode } from '../program/program.ts'
import { argumentValue, type Environment } from './argument-values.ts'
import type { ProgramRun } from './graph-run.ts'
import { HIGHER_ORDER } from './higher-order.ts'
import { PRIMS } from './prims.ts'
import { pythonFunction } from './python-operators.ts'

const OPERATOR = /^torch\.ops\.(\w+)\.(\w+)(?:\.\w+)?$/

/** Evaluates one node: an operator of ATen or of another library, a function of Python on numbers, or one that runs graphs. */
export function evaluateNode(
  run: ProgramRun,
  node: ExportedNode,
  environment: Environment,
  path: string,
): PyValue {
  const { interpreter } = run
  const [, space, name] = OPERATOR.exec(node.target) ?? []
  if (space === undefined || name === undefined) {
    const call = pythonFunction(node.target)
    if (call) return call(interpreter, argumentsOf(node, environment, undefined).positional)
    return missing(run, node.target)
  }
  if (space === 'higher_order') {
    const evaluate = HIGHER_ORDER.get(name)
    return evaluate ? evaluate(run, node, environment, path) : missing(run, node.target)
  }
  const known = space === 'aten' ? name : space === 'prims' ? PRIMS.get(name) : undefined
  const operator = known ?? `${space}.${name}`
  return interpreter.operators.call(interpreter, operator, argumentsOf(node, environment, operator))
}

/** Noted with the others, so that one error names all. */
function missing({ interpreter }: ProgramRun, target: string): PyValue {
  const { session } = interpreter
  session.unsupported.add(target, session.place)
  return { kind: 'opaque', reason: target }
}

/**
 * The arguments by place and by name. Files before schema 8.2 only name them: what stands where the operator's schema has a
 * parameter of that name is taken by place, since operators in place find their tensor there.
 */
export function argumentsOf(
  { inputs, target }: ExportedNode,
  environment: Environment,
  operator: string | undefined,
): CallArguments {
  const overloads = operator === undefined ? [] : SCHEMAS.overloads(operator.replace(/_$/, ''))
  const positional: PyValue[] = []
  const keyword = new Map<string, PyValue>()
  for (const [index, { name, value, place }] of inputs.entries()) {
    const isPlaced =
      place === undefined
        ? positional.length === index &&
          (operator === undefined ||
            overloads.length === 0 ||
            overloads.some(({ parameters }) => {
              const parameter = parameters[index]
              return parameter?.name === name && !parameter.isKeywordOnly
            }))
        : place === 'positional'
    if (!isPlaced) keyword.set(name, argumentValue(value, environment))
    else if (positional.length === index) positional.push(argumentValue(value, environment))
    else throw misplaced(target)
  }
  return { positional, keyword }
}

const misplaced = (target: string): ModelError =>
  new ModelError('CORRUPT_FILE', { what: `The program calls ${target} with a place left out` })
