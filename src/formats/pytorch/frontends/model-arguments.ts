import { ModelError, nearest } from '../../../errors/index.ts'
import type { Interpreter } from '../evaluator/interpreter/interpreter.ts'
import type { CallArguments, PyValue } from '../evaluator/values/index.ts'
import type { Expression, Parameter } from '../source/index.ts'
import type { ModelMaker } from './model-class.ts'
import { samePlainValue } from './recorded-values.ts'

/**
 * Holds `?args=` against what the model's class takes: it is the query that is to be changed, not the source.
 * @throws ModelError BAD_QUERY_VALUE with the signature, and the nearest name for a wrong one.
 */
export function checkModelArguments(of: ModelMaker, given: CallArguments): void {
  const parameters = parametersOf(of)
  const problems = parameters ? problemsOf(parameters, given) : []
  if (!parameters || problems.length === 0) return
  const names = parameters.map(({ name }) => name)
  const near = [...given.keyword.keys()]
    .filter((name) => !names.includes(name))
    .map((name) => nearest(name, names))
    .find((name) => name !== undefined)
  throw new ModelError('BAD_QUERY_VALUE', {
    what: `${of.name} ${problems.join(' and ')}`,
    why: `It is ${of.name}(${parameters.map(spelled).join(', ')})`,
    next: near
      ? `Did you mean ${near}?`
      : 'Give numbers, texts and lists as args={"name":value}; for anything else write a function into the file that makes the model, and name it with class=',
  })
}

/**
 * Notes arguments that the file records (Lightning's `hyper_parameters`) where the query gives none, and they are not what the
 * model's class takes by default.
 */
export function noteRecordedArguments(
  { session }: Interpreter,
  of: ModelMaker,
  recorded: ReadonlyMap<string, PyValue>,
): void {
  const maker = of.kind === 'function' ? of : of.lookup('__init__')
  if (maker?.kind !== 'function') return
  const differing = maker.parameters.flatMap(({ name }) => {
    const value = recorded.get(name)
    const usual = maker.defaults.get(name)
    return value && !(usual && samePlainValue(value, usual)) ? [[name, value] as const] : []
  })
  if (differing.length === 0) return
  const args = differing.map(([name, value]) => `"${name}":${jsonText(value)}`)
  session.warn(
    `The file records hyper_parameters that the model is not made with: give args={${args.join(',')}}`,
  )
}

/** A plain value as `args=` takes it. */
function jsonText(value: PyValue): string {
  switch (value.kind) {
    case 'list':
    case 'tuple':
      return `[${value.items.map(jsonText).join(',')}]`
    case 'str':
      return JSON.stringify(value.value)
    case 'int':
    case 'bool':
      return String(value.value)
    case 'float':
      return Number.isInteger(value.value) ? value.value.toFixed(1) : String(value.value)
    default:
      return 'null'
  }
}

/** undefined for a class without a constructor of its own in Python. */
function parametersOf(of: ModelMaker): readonly Parameter[] | undefined {
  if (of.kind === 'function') return of.parameters
  const init = of.lookup('__init__')
  return init?.kind === 'function' ? init.parameters.slice(1) : undefined
}

function problemsOf(parameters: readonly Parameter[], { positional, keyword }: CallArguments): string[] {
  const takes = (wanted: Parameter['kind']): boolean => parameters.some(({ kind }) => kind === wanted)
  const named = parameters.filter(({ kind }) => kind !== 'star' && kind !== 'doubleStar')
  const places = named.filter(({ kind }) => kind !== 'keywordOnly')
  const filled = new Set([...keyword.keys(), ...places.slice(0, positional.length).map(({ name }) => name)])
  const missing = named.filter(({ name, defaultValue }) => !defaultValue && !filled.has(name))
  const unknown = takes('doubleStar')
    ? []
    : [...keyword.keys()].filter((name) => !named.some((parameter) => parameter.name === name))
  return [
    ...(unknown.length > 0 ? [`takes no ${unknown.join(', ')}`] : []),
    ...(missing.length > 0 ? [`needs ${missing.map(({ name }) => name).join(', ')}`] : []),
    ...(positional.length > places.length && !takes('star')
      ? [`takes ${places.length} positional arguments, not ${positional.length}`]
      : []),
  ]
}

const STARS: Partial<Record<Parameter['kind'], string>> = { star: '*', doubleStar: '**' }

const spelled = ({ name, kind, defaultValue }: Parameter): string =>
  `${STARS[kind] ?? ''}${name}${defaultValue ? `=${literal(defaultValue)}` : ''}`

/** A default as the source writes it, where that is one word. */
function literal(e: Expression): string {
  switch (e.kind) {
    case 'Int':
    case 'Float':
      return String(e.value)
    case 'Str':
      return `'${e.value}'`
    case 'Bool':
      return e.value ? 'True' : 'False'
    case 'None':
      return 'None'
    case 'Name':
      return e.id
    default:
      return '…'
  }
}
