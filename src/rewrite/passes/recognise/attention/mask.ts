import type { Dim, DType, Value } from '../../../../graph/index.ts'
import { constantFloats } from '../../../match/constants.ts'
import { producerOf } from '../../../match/uses.ts'
import { dimsOf } from '../../../pattern/layout.ts'
import type { Attention } from './attention.ts'

/** What hides keys from queries. */
export interface Mask {
  /** Numbers added to the scores: none, one, or two. */
  readonly added: readonly Value[]
  /** Scores of which some are replaced by one number. */
  readonly selected?: Selection | undefined
}

export interface Selection {
  readonly condition: Value
  /** Whether scores stay where the condition is true, else where it is false. */
  readonly keeps: boolean
  /** The number that the file puts for the others. */
  readonly given: number
  /** What is added to the others instead. */
  readonly fill: number
}

const LOWEST = -3.4028234663852886e38
/** Scores are taken to be above it: what is put for a score is no score. */
const LEAST_SCORE = -1e9
/** Scores within ±10²², and what else is added to them, change no number below it in float32. */
const LEAST_ABSORBING = -1e30

/**
 * What to add to a score so that it is as good as replaced. −∞ stays −∞. A finite number makes a row without keys uniform, and so
 * does the lowest one: it takes up whatever is added to it (below 10³¹). In float16 no number does.
 */
export function fillAs(given: number, dtype: DType): number | undefined {
  if (given === Number.NEGATIVE_INFINITY) return given
  return dtype === 'float32' && given <= LEAST_SCORE ? LOWEST : undefined
}

/**
 * A mask to which numbers are added after all else. Rounding must not tell the order: of two, one puts 0 or what takes up any
 * other number, and what replaced scores does so too.
 */
export function withNumbers({ added, selected }: Mask, numbers: Value): Mask | undefined {
  if (selected && selected.given !== selected.fill) return undefined
  if (added.length > 0 && ![...added, numbers].some(isHiding)) return undefined
  return { added: [...added, numbers], selected }
}

/** Whether no score is hidden by −∞, so that every row of a softmax of finite scores is finite; unknown means no. */
export function isFiniteMask({ added, selected }: Mask, dtype: DType): boolean {
  const [first, second] = added
  if (dtype !== 'float32' || second || (selected && first)) return false
  return selected ? Number.isFinite(selected.fill) : !first || holdsOnly(first, Number.isFinite)
}

const isHiding = (numbers: Value): boolean =>
  numbers.dtype === 'float32' && holdsOnly(numbers, (number) => number === 0 || number <= LEAST_ABSORBING)

/** Numbers of a constant, or chosen among constants. */
function holdsOnly(value: Value, isWanted: (number: number) => boolean): boolean {
  const at = throughMoves(value)
  const where = producerOf(at, 'Where', value.producer)
  const choices = where ? [where.input(1), where.input(2)] : [at]
  return choices.every((choice) => constantFloats(throughMoves(choice))?.every(isWanted) ?? false)
}

/** What a value holds no other numbers than. */
function throughMoves(value: Value): Value {
  let at = value
  for (let step = 0; step < MOST_MOVES; step++) {
    const { producer } = at
    if (producer?.domain !== '' || !MOVES.has(producer.op)) break
    at = producer.input(0)
  }
  return at
}

const MOVES = new Set(['Expand', 'Gather', 'Reshape', 'Slice', 'Squeeze', 'Tile', 'Transpose', 'Unsqueeze'])
const MOST_MOVES = 8

type Sizes = Pick<Attention, 'rank' | 'batch' | 'heads' | 'sequence' | 'keys'>

/** Whether the kernel can take the mask: every part of it by [batch, heads, sequence, keys], each of the first three that or 1. */
export const fitsMask = ({ added, selected }: Mask, sizes: Sizes): boolean =>
  [...added, selected?.condition].every((part) => !part || fits(part, sizes))

function fits(part: Value, { rank, ...sizes }: Sizes): boolean {
  const dims = dimsOf(part)
  if (!dims || dims.length > rank) return false
  const padded = [...Array.from({ length: rank - dims.length }, (): Dim => 1), ...dims]
  const [batch, heads, sequence, keys] = rank === 3 ? padded.toSpliced(1, 0, 1) : padded
  const isEither = (dim: Dim | undefined, size: Dim): boolean => dim === 1 || dim === size
  return (
    isEither(batch, sizes.batch) &&
    isEither(heads, sizes.heads) &&
    isEither(sequence, sizes.sequence) &&
    keys === sizes.keys
  )
}
