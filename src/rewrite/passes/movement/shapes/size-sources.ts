import { type Dim, dimKey, isSymbolic, ScopedMap, type Value } from '../../../../graph/index.ts'
import { knownDims } from '../../../match/types.ts'

/** Axes `start` to `end` (exclusive) of a tensor. */
export interface DimRange {
  readonly tensor: Value
  readonly start: number
  readonly end: number
}

/** Inputs of more axes than any model has would make a run of each pair of them. */
const LONGEST_RANK = 16

/** What a graph's inputs, and those of the graphs around it, have as dims: lists of neighbouring ones. */
export class SizeSources {
  readonly #runs: ScopedMap<string, DimRange>

  constructor(inputs: readonly Value[], outer?: SizeSources) {
    this.#runs = new ScopedMap(outer === undefined ? undefined : outer.#runs)
    for (const tensor of inputs) this.#note(tensor)
  }

  /** The first input that has these dims side by side. */
  rangeOf(dims: readonly Dim[]): DimRange | undefined {
    return this.#runs.get(listKey(dims))
  }

  #note(tensor: Value): void {
    const dims = knownDims(tensor)
    if (!dims?.some(isSymbolic) || dims.length > LONGEST_RANK) return
    for (let start = 0; start < dims.length; start++) {
      for (let end = start + 1; end <= dims.length; end++) {
        const key = listKey(dims.slice(start, end))
        if (this.#runs.get(key) === undefined) this.#runs.set(key, { tensor, start, end })
      }
    }
  }
}

/** Equal keys, equal lists: dims are interned. */
export const listKey = (dims: readonly Dim[]): string => dims.map(dimKey).join(' ')

/** Where a tensor has these dims side by side. */
export function rangeWithin(tensor: Value, dims: readonly Dim[]): DimRange | undefined {
  const own = knownDims(tensor) ?? []
  const start = own.findIndex((_, at) => dims.every((dim, offset) => own[at + offset] === dim))
  return start < 0 ? undefined : { tensor, start, end: start + dims.length }
}
