import type { Builder, Value } from '../../../../graph/index.ts'
import type { Place } from '../../../pattern/layout.ts'
import { isSequenceFirst, type Source } from './places.ts'

/** One node for each view, though query, key and value may come of one projection. */
export class TokenViews {
  readonly #b: Builder
  readonly #turned = new Map<Value, Value>()
  readonly #parts = new Map<Value, readonly Value[]>()

  constructor(b: Builder) {
    this.#b = b
  }

  /** @param source What lies as the place does: its value, or that without a bias. */
  of(place: Source, source: Value): Value {
    if (place.form !== 'tokens') return this.#join(place, source)
    const tokens = isSequenceFirst(place) ? this.#turn(source) : source
    const taken = partOf(place)
    return taken === undefined ? tokens : (this.#split(tokens, taken.count)[taken.at] ?? tokens)
  }

  #join({ form }: Source, source: Value): Value {
    const apart = form === 'heads' ? this.#b.transpose(source, { perm: [0, 2, 1, 3] }) : source
    const features = apart.dims.slice(2).reduce<number>((size, dim) => size * Number(dim), 1)
    return this.#b.reshape(apart, this.#b.int64s([0, 0, features]))
  }

  #turn(source: Value): Value {
    const turned = this.#turned.get(source) ?? this.#b.transpose(source, { perm: [1, 0, 2] })
    this.#turned.set(source, turned)
    return turned
  }

  #split(tokens: Value, count: number): readonly Value[] {
    const parts = this.#parts.get(tokens) ?? this.#b.split(tokens, { axis: 2, num_outputs: count })
    this.#parts.set(tokens, parts)
    return parts
  }
}

/** Which part of a projection of several is taken. */
export function partOf({ layout }: Place): { readonly at: number; readonly count: number } | undefined {
  const run = layout[2]?.find(({ at }) => at !== undefined)
  return run?.at === undefined ? undefined : { at: run.at, count: Number(run.size) }
}
