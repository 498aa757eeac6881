import { ModelError, nearest } from '../../../errors/index.ts'
import type { CallArguments } from '../evaluator/values/index.ts'
import type { Expression, Parameter } from '../source/index.ts'
import type { ModelMaker } from './model-class.ts'

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
