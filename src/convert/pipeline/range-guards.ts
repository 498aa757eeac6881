import type { Guard } from '../../formats/index.ts'
import { DEFAULT_FACTS, type Dim, dimName, type Model, symbol, symbolsOf } from '../../graph/index.ts'

/** Where such a guard comes from: no line of the model. */
const AT = 'range of the input'

/**
 * The ranges that were given for dims of inputs, `H=224(32..512)`, as conditions of every call: branches may have been
 * decided by them. Unlike the guards of a front end they are the request's own words, which `guards=strict` takes. That a
 * size is at least 1 goes without saying, and the page sees to it.
 */
export function rangeGuards(model: Model): Guard[] {
  const guards: Guard[] = []
  for (const name of inputSymbols(model)) {
    const { min, max } = model.facts.get(name) ?? DEFAULT_FACTS
    const dim = dimName(symbol(name))
    if (min > DEFAULT_FACTS.min) guards.push({ dim, assumed: `${dim} >= ${min}`, at: AT })
    if (max < DEFAULT_FACTS.max) guards.push({ dim, assumed: `${dim} <= ${max}`, at: AT })
  }
  return guards
}

function inputSymbols({ graph }: Model): Set<string> {
  const dims: readonly Dim[] = graph.inputs.flatMap(({ type }) =>
    type?.kind === 'tensor' ? (type.dims ?? []) : [],
  )
  return dims.reduce((found, dim) => symbolsOf(dim, found), new Set<string>())
}
