import { ModelError } from '../../../errors/index.ts'
import { DEFAULT_HINT } from '../../../graph/index.ts'
import { type DimPlace, dynamicDims } from './argument-dims.ts'
import type { Pin } from './pins.ts'
import type { NamedGiven } from './signature.ts'

/**
 * What became of a dim that was to stay dynamic, and what to do about it.
 *
 * @param given the arguments before any dim was pinned.
 * @param query `?input=` of the arguments as they are now.
 * @example
 * 'T (axis 1 of x) does not stay dynamic but is fixed at 6: the program went the way of T == 6 (model.py:4). Other sizes are refused. …'
 */
export function pinText(
  { name, to, decision, isSingle }: Pin,
  given: readonly NamedGiven[],
  query: string,
): string {
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
  if (isSingle)
    return (
      `${dim} does not stay dynamic but is fixed at 1, one item at a time: the program takes the value of ${decision.dim}${at}, ` +
      `so it converts for one size only. Other sizes are refused. To say so in the request: ${query}; for another size, convert with that one in its place`
    )
  const other = decision.isRequired ? '' : '; for another size, convert with that one in its place'
  return `${dim} does not stay dynamic but is fixed at ${to}: ${why}. Other sizes are refused. To say so in the request: ${query}${other}`
}

/**
 * A dim that the request names is not fixed at a size that nobody gave: that of the decision is then only the one that the
 * program was tried with.
 *
 * @throws ModelError BAD_INPUT_SHAPE that says which line leaves one size, and what to write.
 */
export function refuseUnsaidSizes(
  pins: readonly Pin[],
  given: readonly NamedGiven[],
  named: ReadonlySet<string>,
  query: string,
): void {
  const places = dynamicDims(given)
  const isUnsaid = ({ name, to, decision, isSingle }: Pin): boolean =>
    to === DEFAULT_HINT &&
    isSingle !== true &&
    !decision.isRequired &&
    named.has(name) &&
    places.every(({ dim }) => dim.name !== name || dim.hint === undefined)
  const unsaid = pins.filter(isUnsaid)
  if (unsaid.length === 0) return
  const names = unsaid.map(({ name }) => name).join(' and ')
  const dims = unsaid.map(({ name, decision }) => {
    const at = decision.at === '' ? '' : ` (${decision.at})`
    return `${name} (${placeText(places, name)}) is taken by its value${at}`
  })
  throw new ModelError('BAD_INPUT_SHAPE', {
    what: `The model does not keep ${names} dynamic: ${dims.join('; ')}`,
    why: `The program then converts for one size, and the request gives none`,
    next: `Write a number for ${names} in ?${query}`,
  })
}

/** `axis 1 of x and y`, `axis 0 of x, axis 1 of y`. */
function placeText(places: readonly DimPlace[], name: string): string {
  const inputs = new Map<number, string[]>()
  for (const { input, axis, dim } of places)
    if (dim.name === name) inputs.set(axis, [...(inputs.get(axis) ?? []), input])
  return [...inputs].map(([axis, names]) => `axis ${axis} of ${names.join(' and ')}`).join(', ')
}
