import { ModelError } from '../../../errors/index.ts'
import {
  DEFAULT_FACTS,
  DEFAULT_HINT,
  type Dim,
  DTYPES,
  type DynamicDimSpec,
  dimName,
  dimSpecText,
  inferGraph,
  isFloat,
  isSymbolic,
  knownIntegers,
  type Model,
  type SymbolFacts,
  symbolName,
  symbolsOf,
  type Value,
} from '../../../graph/index.ts'

/** Why a value that sizes alone give is not known while converting, and the request with which it may be. */
export interface RangeAdvice {
  readonly why: string
  readonly next: string
}

/**
 * A size that is computed in floats is known as long as the floats hold it exactly, float32 up to 2^24; of a dim without an
 * upper bound that is not certain.
 *
 * @param values what has to be known.
 * @returns undefined for what stems from data, and for what a bound would not make known.
 */
export function rangeAdvice(model: Model, values: readonly Value[]): RangeAdvice | undefined {
  const [lost] = values.flatMap((value) => lostSizes(value) ?? [])
  if (!lost) return undefined
  const names = lost.sizes.reduce((found, size) => symbolsOf(size, found), new Set<string>())
  const open = [...names].filter((name) => model.facts.get(name)?.max === Number.POSITIVE_INFINITY)
  if (open.length === 0 || open.some((name) => model.unbacked.has(name))) return undefined
  const bound = Math.min(USUAL_BOUND, Math.floor(2 ** (lost.bits / open.length)))
  const facts = new Map(open.map((name) => [name, boundedFacts(model, name, bound)]))
  if (!becomeKnown(model, values, facts)) return undefined
  return {
    why: `It is computed from ${open.join(' and ')} in ${lost.dtype}, which holds whole numbers exactly only up to 2^${lost.bits}, and no upper bound is given`,
    next: `State the sizes that are meant, as in ${queryWith(model, facts)}`,
  }
}

/** Larger sizes of an axis are rare. */
const USUAL_BOUND = 4096

function boundedFacts({ facts }: Model, name: string, bound: number): SymbolFacts {
  const known = facts.get(name) ?? DEFAULT_FACTS
  return { ...known, max: Math.max(bound, known.min, known.hint ?? DEFAULT_HINT) }
}

interface LostSizes {
  readonly dtype: 'float32' | 'float64'
  /** Of a whole number that is held exactly. */
  readonly bits: number
  readonly sizes: readonly Dim[]
}

const BITS = { float32: 24, float64: 53 }

/** The sizes that a cast to floats lost on the way to a value that is made of sizes and constants alone. */
function lostSizes(value: Value): LostSizes | undefined {
  let lost: LostSizes | undefined
  const seen = new Set([value])
  for (const next of seen) {
    // The value itself may be known as a symbol of its own.
    if (next !== value && (knownIntegers(next) || next.isConstant)) continue
    const { producer } = next
    if (!producer || producer.subgraphs.length > 0) return undefined
    lost ??= producer.op === 'Cast' ? lostByCast(next, producer.inputs[0]) : undefined
    for (const input of producer.inputs) if (input) seen.add(input)
  }
  return lost
}

function lostByCast(result: Value, given: Value | undefined): LostSizes | undefined {
  const { dtype } = result
  const sizes = given && knownIntegers(given)?.filter(isSymbolic)
  if (!isFloat(dtype) || !sizes || sizes.length === 0) return undefined
  return dtype === 'float32' || dtype === 'float64' ? { dtype, bits: BITS[dtype], sizes } : undefined
}

/** Whether inference with these facts tells what the values are. */
function becomeKnown(
  model: Model,
  values: readonly Value[],
  facts: ReadonlyMap<string, SymbolFacts>,
): boolean {
  const scratch = model.clone()
  for (const [name, bounded] of facts) scratch.facts.set(name, bounded)
  const twins = twinsOf(model, scratch)
  try {
    inferGraph(scratch)
  } catch (error) {
    if (error instanceof ModelError) return false
    throw error
  }
  return values.every((value) => {
    const known = knownIntegers(twins.get(value) ?? value)
    return known?.every((dim) => [...symbolsOf(dim)].every((name) => !model.unbacked.has(name))) ?? false
  })
}

function twinsOf(model: Model, scratch: Model): Map<Value, Value> {
  const twins = new Map<Value, Value>()
  const copies = scratch.graph.allNodes()
  for (const { outputs } of model.graph.allNodes()) {
    const copied = copies.next().value?.outputs ?? []
    for (const [index, output] of outputs.entries()) {
      const copy = copied[index]
      if (copy) twins.set(output, copy)
    }
  }
  return twins
}

/** The inputs of the model as a query spells them, with these facts of some dims. */
function queryWith({ graph, facts }: Model, bounded: ReadonlyMap<string, SymbolFacts>): string {
  const inputs = graph.inputs.map(({ name, dtype, dims }) => {
    const texts = dims.map((dim) => {
      const symbol = symbolName(dim)
      return symbol === undefined
        ? dimName(dim)
        : dimSpecText({
            name: symbol,
            ...givenFacts(bounded.get(symbol) ?? facts.get(symbol) ?? DEFAULT_FACTS),
          })
    })
    return `input=${name}:${DTYPES[dtype].short}[${texts.join(',')}]`
  })
  return `?${inputs.join('&')}`
}

/** What of the facts is not the default. */
const givenFacts = ({ min, max, hint, isOwnHint }: SymbolFacts): Omit<DynamicDimSpec, 'name'> => ({
  hint: isOwnHint ? undefined : hint,
  ...(min === DEFAULT_FACTS.min ? {} : { min }),
  ...(max === DEFAULT_FACTS.max ? {} : { max }),
})
