import {
  DEFAULT_HINT,
  type DimFacts,
  type DimSpec,
  type DynamicDimSpec,
  equalSymbols,
  evaluate,
  onlySolution,
  type Solution,
  sub,
} from '../../../graph/index.ts'
import type { Decision } from '../evaluator/session.ts'
import type { Given, NamedGiven } from './signature.ts'

/** A dynamic dim that a decision leaves one size, or makes the same as another one. */
export interface Pin {
  readonly name: string
  /** The size, or the name of the other dim. */
  readonly to: number | string
  readonly decision: Decision
}

/**
 * The dims of the arguments that what was decided leaves no choice, each in one pin; more may follow from the next evaluation. Where an operator asks for another size than the
 * program was tried with, it stands alone: what was decided by the size that was tried is to be decided again.
 */
export function pinsOf(
  decisions: readonly Decision[],
  given: readonly NamedGiven[],
  facts: DimFacts,
): readonly Pin[] {
  const required = requiredPins(decisions, facts)
  const others = required.filter(({ name, to }) => to !== facts.get(name)?.hint)
  const pins = others.length > 0 ? others : [...required, ...decidedPins(decisions, facts)]
  const free = new Set(dynamicDims(given).map(({ dim }) => dim.name))
  return pins.filter(({ name, to }) => {
    const names = typeof to === 'string' ? [name, to] : [name]
    const isApart = names.every((one) => free.has(one))
    if (isApart) for (const one of names) free.delete(one)
    return isApart
  })
}

/** What operators ask for: a size that all of them take, the one that the program was tried with before others. */
function requiredPins(decisions: readonly Decision[], facts: DimFacts): Pin[] {
  const asked = new Map<string, { decision: Decision; sizes: readonly number[] }[]>()
  for (const decision of decisions) {
    const { name, sizes } = (decision.isRequired && sizesOf(decision, facts)) || {}
    if (name !== undefined && sizes) asked.set(name, [...(asked.get(name) ?? []), { decision, sizes }])
  }
  return [...asked].flatMap(([name, asking]) => {
    const hint = facts.get(name)?.hint
    const sizes = asking
      .flatMap((one) => one.sizes)
      .toSorted((a, b) => Number(b === hint) - Number(a === hint))
    const common = sizes.find((size) => asking.every(({ decision }) => holdsAt(decision, name, size)))
    const [first] = asking
    return first ? [{ name, to: common ?? sizes[0] ?? 1, decision: first.decision }] : []
  })
}

/** The sizes that the alternatives of a decision leave the one dim that it is about; undefined where one leaves a choice. */
function sizesOf(
  { conditions }: Decision,
  facts: DimFacts,
): { readonly name: string; readonly sizes: readonly number[] } | undefined {
  const solutions: Solution[] = []
  for (const { a, relation, b } of conditions) {
    const solution = onlySolution(a, relation, b, facts)
    if (solution) solutions.push(solution)
    else return undefined
  }
  const [first] = solutions
  if (!first || solutions.some(({ name }) => name !== first.name)) return undefined
  return { name: first.name, sizes: solutions.map(({ value }) => value) }
}

const holdsAt = ({ conditions }: Decision, name: string, size: number): boolean =>
  conditions.some(({ a, b }) => evaluate(sub(a, b), new Map([[name, size]])) === 0)

/** What the program decided by the sizes that it was tried with. */
function decidedPins(decisions: readonly Decision[], facts: DimFacts): Pin[] {
  return decisions.flatMap((decision): Pin[] => {
    const [condition, alternative] = decision.conditions
    if (decision.isRequired || !condition || alternative) return []
    const { a, relation, b } = condition
    const only = onlySolution(a, relation, b, facts)
    if (only) return [{ name: only.name, to: only.value, decision }]
    const same = relation === '==' ? equalSymbols(a, b, facts) : undefined
    if (!same) return []
    const order = [...facts.keys()]
    const [to, name] = same.toSorted((left, right) => order.indexOf(left) - order.indexOf(right))
    return name !== undefined && to !== undefined && haveCommonSize(name, to, facts)
      ? [{ name, to, decision }]
      : []
  })
}

function haveCommonSize(one: string, other: string, facts: DimFacts): boolean {
  const [a, b] = [facts.get(one), facts.get(other)]
  return a !== undefined && b !== undefined && Math.max(a.min, b.min) <= Math.min(a.max, b.max)
}

/** The arguments with those dims fixed, or called the same. */
export function withPins(given: readonly NamedGiven[], pins: readonly Pin[]): NamedGiven[] {
  const specs = new Map(dynamicDims(given).map(({ dim }) => [dim.name, dim]))
  for (const { name, to } of pins) {
    const [dim, other] = [specs.get(name), typeof to === 'string' ? specs.get(to) : undefined]
    if (dim && other) specs.set(other.name, common(other, dim))
  }
  const targets = new Map(pins.map(({ name, to }) => [name, to]))
  const pinned = (dim: DimSpec): DimSpec => {
    if (typeof dim === 'number') return dim
    const to = targets.get(dim.name) ?? dim.name
    return typeof to === 'number' ? to : (specs.get(to) ?? dim)
  }
  return given.map(({ name, given: argument }) => ({ name, given: mapDims(argument, pinned) }))
}

/** A dim of the sizes that both may have. */
function common(dim: DynamicDimSpec, other: DynamicDimSpec): DynamicDimSpec {
  const least = [dim.min, other.min].filter((min) => min !== undefined)
  const most = [dim.max, other.max].filter((max) => max !== undefined)
  return {
    ...dim,
    ...(least.length === 0 ? {} : { min: Math.max(...least) }),
    ...(most.length === 0 ? {} : { max: Math.min(...most) }),
  }
}

function mapDims(given: Given, map: (dim: DimSpec) => DimSpec): Given {
  switch (given.kind) {
    case 'tensor':
      return { ...given, dims: given.dims.map(map) }
    case 'list':
    case 'tuple':
      return { kind: given.kind, items: given.items.map((item) => mapDims(item, map)) }
    case 'dict':
      return { kind: 'dict', entries: given.entries.map(([key, item]) => [key, mapDims(item, map)]) }
    default:
      return given
  }
}

interface DimPlace {
  /** `x`, `batch.mask`. */
  readonly input: string
  readonly axis: number
  readonly dim: DynamicDimSpec
}

const dynamicDims = (given: readonly NamedGiven[]): DimPlace[] =>
  given.flatMap(({ name, given: argument }) => placesIn(name, argument))

function placesIn(input: string, given: Given): DimPlace[] {
  switch (given.kind) {
    case 'tensor':
      return given.dims.flatMap((dim, axis) => (typeof dim === 'number' ? [] : [{ input, axis, dim }]))
    case 'list':
    case 'tuple':
      return given.items.flatMap((item, index) => placesIn(`${input}.${index}`, item))
    case 'dict':
      return given.entries.flatMap(([key, item]) => placesIn(`${input}.${key}`, item))
    default:
      return []
  }
}

/**
 * What became of a dim that was to stay dynamic, and what to do about it.
 *
 * @param given the arguments before any dim was pinned.
 * @param query `?input=` of the arguments as they are now.
 * @example
 * 'T (axis 1 of x) does not stay dynamic but is fixed at 6: the program went the way of T == 6 (model.py:4). Other sizes are refused. …'
 */
export function pinText({ name, to, decision }: Pin, given: readonly NamedGiven[], query: string): string {
  const places = dynamicDims(given)
  const at = decision.at === '' ? '' : ` (${decision.at})`
  const why = `the ${decision.isRequired ? 'model needs' : 'program went the way of'} ${decision.assumed}${at}`
  const dim = `${name} (${placeText(places, name)})`
  if (typeof to === 'string') {
    const hint = places.find((place) => place.dim.name === to)?.dim.hint ?? DEFAULT_HINT
    return (
      `${dim} was made the same as ${to} (${placeText(places, to)}): ${why}. The import refuses sizes that differ, and ` +
      `onnxruntime on its own does not compare them. To convert for such, name different ones to try, as in ${to}=${hint} and ${name}=${2 * hint}`
    )
  }
  const other = decision.isRequired ? '' : '; for another size, convert with that one in its place'
  return `${dim} does not stay dynamic but is fixed at ${to}: ${why}. Other sizes are refused. To say so in the request: ${query}${other}`
}

/** `axis 1 of x and y`, `axis 0 of x, axis 1 of y`. */
function placeText(places: readonly DimPlace[], name: string): string {
  const inputs = new Map<number, string[]>()
  for (const { input, axis, dim } of places)
    if (dim.name === name) inputs.set(axis, [...(inputs.get(axis) ?? []), input])
  return [...inputs].map(([axis, names]) => `axis ${axis} of ${names.join(' and ')}`).join(', ')
}
