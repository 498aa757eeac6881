import {
  DEFAULT_HINT,
  type Dim,
  DTYPES,
  type DynamicDimSpec,
  dimSpecText,
  isFloat,
  isSymbolic,
  knownIntegers,
  type Model,
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
 * @returns undefined for what stems from data, and for what no range would make known.
 */
export function rangeAdvice(model: Model, value: Value): RangeAdvice | undefined {
  const lost = lostSizes(value)
  if (!lost) return undefined
  const names = lost.sizes.reduce((found, size) => symbolsOf(size, found), new Set<string>())
  const open = [...names].filter((name) => model.facts.get(name)?.max === Number.POSITIVE_INFINITY)
  if (open.length === 0 || open.some((name) => model.unbacked.has(name))) return undefined
  return {
    why: `It is computed from ${open.join(' and ')} in ${lost.dtype}, which holds whole numbers exactly only up to 2^${lost.bits}, and no upper bound is given`,
    next: `State the sizes that are meant, as in ${queryWithRanges(model, new Set(open), lost.bits)}`,
  }
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

/** Larger sizes of an axis are rare. */
const USUAL_BOUND = 4096

/** The inputs of the model as a query spells them, with an upper bound for these dims. */
function queryWithRanges({ graph, facts }: Model, open: ReadonlySet<string>, bits: number): string {
  const bound = Math.min(USUAL_BOUND, Math.floor(2 ** (bits / open.size)))
  const spec = (name: string): DynamicDimSpec => {
    const { hint = DEFAULT_HINT, min = 1, max = Number.POSITIVE_INFINITY } = facts.get(name) ?? {}
    const most = open.has(name) ? Math.max(bound, hint) : max
    return {
      name,
      hint,
      ...(min === 1 ? {} : { min }),
      ...(most === Number.POSITIVE_INFINITY ? {} : { max: most }),
    }
  }
  const inputs = graph.inputs.map(({ name, dtype, dims }) => {
    const texts = dims.map((dim) =>
      typeof dim === 'number' ? dim : dimSpecText(spec(symbolName(dim) ?? '')),
    )
    return `input=${name}:${DTYPES[dtype].short}[${texts.join(',')}]`
  })
  return `?${inputs.join('&')}`
}
