import type { Expression, FunctionStatement, Parameter, Statement } from '../../source/index.ts'
import { pythonError } from '../python-error.ts'
import {
  type CallArguments,
  DictValue,
  type FunctionValue,
  NONE,
  type PyValue,
  positional,
  str,
  tuple,
} from '../values/index.ts'
import { generatorOf, holdsYield } from './generators.ts'
import type { Interpreter } from './interpreter.ts'
import type { Scope } from './scope.ts'
import { isUnknown } from './unknown-imports.ts'

/** A `def` with its decorators applied, innermost first. */
export function defineFunction(i: Interpreter, s: FunctionStatement, scope: Scope): PyValue {
  i.session.budget.object()
  const made: FunctionValue = {
    kind: 'function',
    name: s.name,
    parameters: s.parameters,
    defaults: defaultsOf(i, s.parameters, scope),
    body: s.body,
    scope,
    isGenerator: holdsYield(s.body),
    at: s.at,
  }
  return applyDecorators(i, s.decorators, made, scope)
}

/** A decorator that an unknown import gives is taken to change nothing. */
export function applyDecorators(
  i: Interpreter,
  decorators: readonly Expression[],
  made: PyValue,
  scope: Scope,
): PyValue {
  return [...decorators].reverse().reduce<PyValue>((value, expression) => {
    const target = expression.kind === 'Call' ? expression.callee : expression
    const known = i.evaluate(target, scope)
    if (isUnknown(known)) {
      return withoutDecorator(i, value, known.name)
    }
    return i.call(i.evaluate(expression, scope), positional(value))
  }, made)
}

/** Noted when the function is called: a file may decorate many that a model does not use. */
function withoutDecorator(i: Interpreter, value: PyValue, name: string): PyValue {
  if (value.kind === 'function') return { ...value, leftOut: name }
  i.session.warn(leftOutNote(name))
  return value
}

const leftOutNote = (name: string): string => `The decorator ${name} is not known and was left out`

export function defaultsOf(
  i: Interpreter,
  parameters: readonly Parameter[],
  scope: Scope,
): ReadonlyMap<string, PyValue> {
  const defaults = new Map<string, PyValue>()
  for (const { name, defaultValue } of parameters) {
    if (defaultValue) defaults.set(name, i.evaluate(defaultValue, scope))
  }
  return defaults
}

export function callFunction(i: Interpreter, f: FunctionValue, args: CallArguments): PyValue {
  if (f.leftOut !== undefined) i.session.warn(leftOutNote(f.leftOut))
  i.session.budget.step(4)
  const scope = f.scope.child('function')
  bindParameters(f, args, scope)
  if (!isBlock(f.body)) {
    return i.evaluate(f.body, scope)
  }
  if (f.isGenerator) i.session.budget.object()
  if (f.isGenerator) return generatorOf(i, f.body, scope)
  const completion = i.execute(f.body, scope)
  return completion?.kind === 'return' ? completion.value : NONE
}

const isBlock = (body: FunctionValue['body']): body is readonly Statement[] => Array.isArray(body)

/** `Net.__init__`, as Python's own messages have it. */
const qualified = ({ name, scope }: FunctionValue): string =>
  scope.kind === 'class' && scope.made ? `${scope.made.name}.${name}` : name

/** Python's rules of passing arguments (https://docs.python.org/3/reference/expressions.html#calls). */
function bindParameters(f: FunctionValue, args: CallArguments, scope: Scope): void {
  const rest = new Map(args.keyword)
  let next = 0
  for (const parameter of f.parameters) {
    const { name, kind } = parameter
    if (kind === 'star') {
      scope.assign(name, tuple(args.positional.slice(next)))
      next = args.positional.length
    } else if (kind === 'doubleStar') {
      scope.assign(name, new DictValue([...rest].map(([key, value]) => [str(key), value])))
      rest.clear()
    } else {
      const given = kind === 'keywordOnly' ? undefined : args.positional[next]
      if (given) next++
      if (given && kind !== 'positionalOnly' && rest.has(name))
        throw pythonError('TypeError', `${qualified(f)}() got multiple values for argument '${name}'`)
      // A keyword of a name that is given by its place alone is for `**`.
      scope.assign(name, given ?? takeKeyword(f, name, kind === 'positionalOnly' ? new Map() : rest))
    }
  }
  if (next < args.positional.length) {
    throw pythonError(
      'TypeError',
      `${qualified(f)}() takes ${next} positional arguments but ${args.positional.length} were given`,
    )
  }
  const [unexpected] = rest.keys()
  if (unexpected !== undefined) {
    throw pythonError('TypeError', `${qualified(f)}() got an unexpected keyword argument '${unexpected}'`)
  }
}

function takeKeyword(f: FunctionValue, name: string, rest: Map<string, PyValue>): PyValue {
  const value = rest.get(name) ?? f.defaults.get(name)
  rest.delete(name)
  if (value) return value
  throw pythonError('TypeError', `${qualified(f)}() missing a required argument: '${name}'`)
}
