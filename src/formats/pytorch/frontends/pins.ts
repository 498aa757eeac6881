import {
  DEFAULT_FACTS,
  DEFAULT_HINT,
  type DimFacts,
  type DimSpec,
  type DynamicDimSpec,
  decide,
  equalSymbols,
  evaluate,
  onlySolution,
  type Solution,
  sub,
} from '../../../graph/index.ts'
import type { Decision } from '../evaluator/session.ts'
import { dynamicDims, withDims } from './argument-dims.ts'
import type { NamedGiven } from './signature.ts'

/** A dynamic dim that a decision leaves one size, or makes the same as another one. */
export interface Pin {
  readonly name: string
  /** The size, or the name of the other dim. */
  readonly to: number | string
  readonly decision: Decision
  /** Whether the size is not that of the decision but 1, since nobody asked for another. */
  readonly isSingle?: boolean
}

/**
 * The dims of the arguments that what was decided leaves no choice, each in one pin; more may follow from the next
 * evaluation. Where an operator asks for another size than the program was tried with, it stands alone: what was decided by
 * the size that was tried is to be decided again.
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
    const common = sizes.find((size) =>
      asking.every(({ decision }) => holdsAt(decision, { name, value: size })),
    )
    const [first] = asking
    return first ? [{ name, to: common ?? sizes[0] ?? 1, decision: first.decision }] : []
  })
}

/** The sizes that the alternatives of a decision leave the one dim that it is about; undefined where one leaves a choice. */
function sizesOf(
  { conditions }: Decision,
  facts: DimFacts,
): { readonly name: string; readonly sizes: readonly number[] } | undefined {
  const possible = conditions.filter(({ a, relation, b }) => decide(a, relation, b, facts) !== false)
  const solutions = possible.map(({ a, relation, b }) => onlySolution(a, relation, b, facts))
  const name = solutions[0]?.name
  const sizes = solutions.flatMap((solution) => (solution?.name === name && solution ? [solution.value] : []))
  return name !== undefined && sizes.length === possible.length ? { name, sizes } : undefined
}

function holdsAt({ conditions }: Decision, { name, value }: Solution): boolean {
  const at = new Map([[name, value]])
  return conditions.some(({ a, relation, b }) => {
    const difference = evaluate(sub(a, b), at)
    return difference !== undefined && decide(difference, relation, 0, NO_FACTS) === true
  })
}

/** Numbers need none. */
const NO_FACTS: DimFacts = new Map()

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

/**
 * The pins with 1 for a batch that only the size it was tried with fixed, and nobody gave that size: a page runs one item
 * at a time. Where an operator takes 1 by stretching it, the other size is what it is made for.
 *
 * @returns undefined where there is none.
 */
export function withSingleBatch(
  pins: readonly Pin[],
  given: readonly NamedGiven[],
): readonly Pin[] | undefined {
  const places = dynamicDims(given)
  const isOpenBatch = ({ name, to, decision }: Pin): boolean =>
    to === DEFAULT_HINT &&
    decision.conditions.length === 1 &&
    places.every(
      ({ dim, axis }) =>
        dim.name !== name || (axis === 0 && dim.hint === undefined && (dim.min ?? DEFAULT_FACTS.min) <= 1),
    )
  if (!pins.some(isOpenBatch)) return undefined
  return pins.map((pin) => (isOpenBatch(pin) ? { ...pin, to: 1, isSingle: true } : pin))
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
  return withDims(given, (dims) => dims.map(pinned))
}

/** A dim of the sizes that both may have. */
function common(dim: DynamicDimSpec, other: DynamicDimSpec): DynamicDimSpec {
  const min = Math.max(dim.min ?? DEFAULT_FACTS.min, other.min ?? DEFAULT_FACTS.min)
  const max = Math.min(dim.max ?? DEFAULT_FACTS.max, other.max ?? DEFAULT_FACTS.max)
  return {
    name: dim.name,
    hint: dim.hint,
    ...(min === DEFAULT_FACTS.min ? {} : { min }),
    ...(max === DEFAULT_FACTS.max ? {} : { max }),
  }
}
