import { ModelError } from '../../../errors/index.ts'
import type { InputSpec } from '../../../graph/index.ts'
import {
  type CallArguments,
  type FunctionValue,
  type InstanceValue,
  NONE,
  type PyValue,
} from '../evaluator/values/index.ts'
import type { Parameter } from '../source/index.ts'
import { besidesSelf, type Port, portsOf } from './ports.ts'

/** The method that a conversion calls: what it takes, and how that is passed. */
export interface EntryMethod {
  readonly ports: readonly Port[]
  readonly passed: (args: ReadonlyMap<string, PyValue>) => CallArguments
}

/**
 * A method of the model as `inspect.signature` sees it: behind `functools.wraps`. What `*args` takes, the specs say.
 *
 * @throws ModelError BAD_QUERY_VALUE when the model has none of that name.
 */
export function entryMethod(model: InstanceValue, method: string, specs: readonly InputSpec[]): EntryMethod {
  const found = model.class.lookup(method)
  if (found?.kind !== 'function')
    throw new ModelError('BAD_QUERY_VALUE', { what: `${model.class.name} has no method ${method}` })
  const shown = found.wraps ?? found
  const named = portsOf(shown.parameters)
  const ports = [...named, ...restPorts(shown.parameters, named, specs)]
  return { ports, passed: (args) => passed(args, { found, shown, ports }) }
}

const isStar = ({ kind }: Parameter): boolean => kind === 'star'

/**
 * What the specs describe besides the named arguments, in their order: it is for `*args`, where none of the named ones is left
 * out before it, or by its names for a `**kwargs` that is all there is. Of a method that takes nothing but `*args`, and of
 * which nothing is said, one argument is taken to be its input.
 */
function restPorts(
  parameters: readonly Parameter[],
  named: readonly Port[],
  specs: readonly InputSpec[],
): Port[] {
  const star = parameters.find(isStar)?.name
  const isBesides = ({ name }: InputSpec): boolean =>
    name === undefined || !named.some((port) => port.name === rootOf(name))
  const besides = specs.filter(isBesides)
  const free = named.length - new Set(specs.filter((spec) => !isBesides(spec)).map(rootOfSpec)).size
  const unnamed = besides.filter(({ name }) => name === undefined)
  const isComplete = unnamed.length >= free
  const first = new Set(unnamed.slice(0, free))
  const rest = besides
    .filter((spec) => !first.has(spec))
    .map(({ name }, index) => (name === undefined ? `${star}.${index}` : rootOf(name)))
    .filter((name) => isComplete || name === star)
  const names = star !== undefined && named.length === 0 && rest.length === 0 ? [star] : new Set(rest)
  const takesNames = named.length === 0 && parameters.some(({ kind }) => kind === 'doubleStar')
  if (star === undefined && !takesNames) return []
  return [...names].map((name) => ({
    name,
    type: { kind: 'unknown' },
    isOptional: false,
    rest: star === undefined ? 'keyword' : 'positional',
  }))
}

const rootOfSpec = ({ name = '' }: InputSpec): string => rootOf(name)
const rootOf = (name: string): string => name.split('.')[0] ?? name

interface Entry {
  readonly found: FunctionValue
  readonly shown: FunctionValue
  readonly ports: readonly Port[]
}

/** By place, as models are called, as far as no argument is left out and the function itself has places. */
function passed(args: ReadonlyMap<string, PyValue>, { found, shown, ports }: Entry): CallArguments {
  const positional: PyValue[] = []
  const keyword = new Map<string, PyValue>()
  const rest = ports.filter((port) => port.rest)
  const places = placesOf(besidesSelf(found.parameters))
  let isInOrder = true
  for (const parameter of besidesSelf(shown.parameters).filter(isNamed)) {
    const { name } = parameter
    // What stands behind it has a place of its own only if this one is filled.
    const value = args.get(name) ?? (rest.length > 0 ? shown.defaults.get(name) : undefined)
    isInOrder &&= value !== undefined && hasPlace(parameter) && positional.length < places
    if (value && isInOrder) positional.push(value)
    else if (value) keyword.set(name, value)
  }
  const star = shown.parameters.find(isStar)?.name
  for (const port of rest) {
    const value = args.get(port.name) ?? NONE
    if (port.rest === 'keyword') keyword.set(port.name, value)
    // `inputs.0`, `inputs.1` of `*inputs` are its items.
    else if (port.name === star && (value.kind === 'list' || value.kind === 'tuple'))
      positional.push(...value.items)
    else positional.push(value)
  }
  return { positional, keyword }
}

const isNamed = ({ kind }: Parameter): boolean => kind !== 'star' && kind !== 'doubleStar'

const hasPlace = ({ kind }: Parameter): boolean => kind === 'positional' || kind === 'positionalOnly'

const placesOf = (parameters: readonly Parameter[]): number =>
  parameters.some(isStar) ? Number.POSITIVE_INFINITY : parameters.filter(hasPlace).length
