import type { DimSpec, DynamicDimSpec } from '../../../graph/index.ts'
import type { Given, NamedGiven } from './signature.ts'

/** The arguments with the dims of every tensor replaced, nested ones too. */
export const withDims = (
  given: readonly NamedGiven[],
  replace: (dims: readonly DimSpec[]) => readonly DimSpec[],
): NamedGiven[] => given.map(({ name, given: argument }) => ({ name, given: replaced(argument, replace) }))

function replaced(given: Given, replace: (dims: readonly DimSpec[]) => readonly DimSpec[]): Given {
  switch (given.kind) {
    case 'tensor':
      return { ...given, dims: replace(given.dims) }
    case 'list':
    case 'tuple':
      return { kind: given.kind, items: given.items.map((item) => replaced(item, replace)) }
    case 'dict':
      return { kind: 'dict', entries: given.entries.map(([key, item]) => [key, replaced(item, replace)]) }
    default:
      return given
  }
}

/** Where a dynamic dim stands. */
export interface DimPlace {
  /** `x`, `batch.mask`. */
  readonly input: string
  readonly axis: number
  readonly dim: DynamicDimSpec
}

/** Every dynamic dim of the arguments, at each of its places. */
export const dynamicDims = (given: readonly NamedGiven[]): DimPlace[] =>
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
