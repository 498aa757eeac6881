import type { Builder, Dim, DType, Graph, Value } from '../../../../graph/index.ts'
import { constantFloats } from '../../../match/constants.ts'
import { producerOf } from '../../../match/uses.ts'
import { dimsOf } from '../../../pattern/layout.ts'
import type { Attention } from './attention.ts'

/** What hides keys from queries. */
export interface Mask {
  /** Numbers added to the scores. */
  readonly added?: Value | undefined
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

/**
 * What to add to a score so that it is as good as replaced. −∞ stays −∞. A finite number makes a row without keys uniform, and so
 * does the lowest one: it takes up whatever is added to it (below 10³¹). In float16 no number does.
 */
export function fillAs(given: number, dtype: DType): number | undefined {
  if (given === Number.NEGATIVE_INFINITY) return given
  return dtype === 'float32' && given <= LEAST_SCORE ? LOWEST : undefined
}

/** Whether no score of finite ones is hidden by −∞, so that every row of a softmax is finite; unknown means no. */
export function isFiniteMask({ added, selected }: Mask, dtype: DType): boolean {
  if (dtype !== 'float32' || (selected && added)) return false
  return selected ? Number.isFinite(selected.fill) : !added || areFinite(added)
}

/** Numbers of a constant, or chosen among finite ones. */
function areFinite(value: Value): boolean {
  const at = throughMoves(value)
  const where = producerOf(at, 'Where', value.producer)
  const choices = where ? [where.input(1), where.input(2)] : [at]
  return choices.every((choice) => constantFloats(throughMoves(choice))?.every(Number.isFinite) ?? false)
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
  [added, selected?.condition].every((part) => !part || maskDims(part, sizes) !== undefined)

function maskDims(mask: Value, sizes: Sizes): readonly Dim[] | undefined {
  const dims = dimsOf(mask)
  const { rank } = sizes
  if (!dims || dims.length > rank) return undefined
  const padded = [...Array.from({ length: rank - dims.length }, (): Dim => 1), ...dims]
  const aligned = rank === 3 ? padded.toSpliced(1, 0, 1) : padded
  const [batch, heads, sequence, keys] = aligned
  const isEither = (dim: Dim | undefined, size: Dim): boolean => dim === 1 || dim === size
  return isEither(batch, sizes.batch) &&
    isEither(heads, sizes.heads) &&
    isEither(sequence, sizes.sequence) &&
    keys === sizes.keys
    ? aligned
    : undefined
}

/** Masks as the kernel wants them: numbers to add, of rank 4, with a row for each query. Layers share them. */
export class Masks {
  readonly #known = new Map<Graph, Known[]>()

  of(b: Builder, attention: Attention, query: Value): Value | undefined {
    const { mask } = attention
    const all = this.#known.get(b.graph) ?? []
    this.#known.set(b.graph, all)
    const known = all.find((other) => isSame(other.mask, mask))
    if (known) return known.prepared
    const numbers = numbersOf(b, mask, query.dtype)
    if (!numbers) return undefined
    const prepared = withRows(b, numbers, attention, query)
    all.unshift({ mask, prepared })
    if (all.length > MOST_KNOWN) all.pop()
    return prepared
  }
}

interface Known {
  readonly mask: Mask
  readonly prepared: Value
}

/** A model has a few masks; one whose layers make their own has them one after the other. */
const MOST_KNOWN = 8

const isSame = (a: Mask, b: Mask): boolean =>
  a.added === b.added &&
  a.selected?.condition === b.selected?.condition &&
  a.selected?.keeps === b.selected?.keeps &&
  a.selected?.fill === b.selected?.fill

function numbersOf(b: Builder, { added, selected }: Mask, dtype: DType): Value | undefined {
  if (!selected) return added
  const { condition, keeps, fill } = selected
  const [none, hidden] = [b.scalar(dtype, 0), b.scalar(dtype, fill)]
  const numbers = keeps ? b.where(condition, none, hidden) : b.where(condition, hidden, none)
  return added ? b.add(numbers, added) : numbers
}

function withRows(b: Builder, mask: Value, attention: Attention, query: Value): Value {
  const { rank, sequence } = attention
  const missing = rank - mask.rank
  const axes = Array.from({ length: missing }, (_, axis) => axis)
  const whole = missing > 0 ? b.unsqueeze(mask, b.int64s(axes)) : mask
  const full = rank === 3 ? b.unsqueeze(whole, b.int64s([1])) : whole
  if (full.dims[2] === sequence) return full
  const rows = typeof sequence === 'number' ? b.int64s([sequence]) : b.shape(query, { start: 1, end: 2 })
  return b.expand(full, b.concat([b.int64s([1, 1]), rows, b.int64s([1])], { axis: 0 }))
}
