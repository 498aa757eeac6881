import type { Value } from '../../../../graph/index.ts'
import {
  destinations,
  dimsOf,
  type Layout,
  layoutOf,
  layoutText,
  origins,
  type Place,
  type Run,
} from '../../../pattern/layout.ts'

/** The runs `batch`, `heads`, `sequence` and `features`, in the order of a value's axes; without `heads` when those are three. */
export type Runs = readonly [Run, Run, Run, Run]

/**
 * How query, key or value lies where it is taken from: as tokens [batch, sequence, heads · features] (or the sequence first),
 * as tokens whose heads are apart [batch, sequence, heads, features], or by heads [batch, heads, sequence, features].
 */
export type Form = 'tokens' | 'apart' | 'heads'

export interface Source extends Place {
  readonly form: Form
}

/** Where a side of a product has the first of these forms, as far back as it is. */
export function sourceOf(value: Value, axes: Runs, forms: readonly Form[]): Source | undefined {
  const runs = inOrder(axes)
  const found = new Map<Form, Source>()
  for (const place of origins(value, startOf(value, axes))) {
    const form = formOf(place, runs)
    if (form) found.set(form, { ...place, form })
    if (form === 'tokens' && place.value.producer?.op === 'Split' && !isPart(place)) break
  }
  return forms.map((form) => found.get(form)).find((source) => source !== undefined)
}

function startOf(value: Value, axes: Runs): Layout {
  const layout = layoutOf(...axes)
  return dimsOf(value)?.length === 3 ? layout.toSpliced(1, 1) : layout
}

/** As heads lie that are split: [batch, heads, sequence, features]. */
function inOrder([batch, heads, first, second]: Runs): Runs {
  return first.name === 'sequence' ? [batch, heads, first, second] : [batch, heads, second, first]
}

function formOf(place: Place, runs: Runs): Form | undefined {
  const { layout } = place
  if (layout.length === 3)
    return isTokens(place, runs) || isTokens(place, runs, 'part') ? 'tokens' : undefined
  if (layout.length !== 4) return undefined
  const [batch, heads, sequence, features] = runs
  if (liesAs(place, [batch, heads, sequence, features])) return 'heads'
  return liesAs(place, [batch, sequence, heads, features]) ? 'apart' : undefined
}

/** Axis by axis: sizes of 1, which a layout does not show, count too. */
const liesAs = ({ value, layout }: Place, runs: Runs): boolean =>
  layoutText(layout) === layoutText(layoutOf(...runs)) &&
  runs.every(({ size }, axis) => dimsOf(value)?.[axis] === size)

const isPart = ({ layout }: Place): boolean => layout.some((runs) => runs.some(({ at }) => at !== undefined))

function isTokens({ layout }: Place, runs: Runs, ...before: readonly 'part'[]): boolean {
  const [batch, heads, sequence, features] = runs
  const parts = before.map((name): Run => ({ name, size: 2 }))
  const rows = [...parts, heads, features]
  const text = layoutText(layout)
  return text === textOf([batch], [sequence], rows) || text === textOf([sequence], [batch], rows)
}

/** Sizes of 1 are not seen in a layout, so that what is compared is what moves. */
const textOf = (...axes: readonly (readonly Run[])[]): string =>
  layoutText(axes.map((runs) => runs.filter(({ size }) => size !== 1)))

/** Runs of size 1 are not seen: with a batch of 1, or one token, either axis tells. */
export const isSequenceFirst = ({ layout: [first, second] }: Place): boolean =>
  first?.[0]?.name === 'sequence' || second?.[0]?.name === 'batch'

/** Where the mixed values are tokens again: three axes, or two that hold all of them. */
export function joined(value: Value, runs: Runs): Place | undefined {
  const [batch, heads, sequence, features] = runs
  const rows = [heads, features]
  const wanted = new Set([
    textOf([batch], [sequence], rows),
    textOf([sequence], [batch], rows),
    textOf([batch, sequence], rows),
    textOf([sequence, batch], rows),
  ])
  for (const place of destinations(value, startOf(value, runs)))
    if (place.layout.length <= 3 && wanted.has(layoutText(place.layout))) return place
  return undefined
}
