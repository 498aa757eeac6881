import { type Dim, evaluate, type Model, product, symbolsOf, type Value } from '../../../../graph/index.ts'
import { knownDims } from '../../../match/types.ts'

/** What a size that nobody gave an example of is taken for, to compare costs. */
const USUAL_SIZE = 16

/** How many elements a value has, about. */
export function sizesOf(model: Model): (value: Value) => number {
  const known = new Map<Dim, number>()
  const estimate = (dim: Dim): number => {
    if (typeof dim === 'number') return dim
    const before = known.get(dim)
    if (before !== undefined) return before
    const hints = [...symbolsOf(dim)].map((name): [string, number] => [
      name,
      model.facts.get(name)?.hint ?? USUAL_SIZE,
    ])
    const size = evaluate(dim, new Map(hints)) ?? USUAL_SIZE
    known.set(dim, size)
    return size
  }
  return (value) => estimate(product((knownDims(value) ?? []).map(estimate)))
}
