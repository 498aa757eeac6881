import type { Builder, DType, Graph, Value } from '../../../../graph/index.ts'
import type { Attention } from './attention.ts'
import type { Mask, Selection } from './mask.ts'

/** Masks as the kernel wants them: numbers to add, of rank 4, with a row for each query. Layers share them. */
export class Masks {
  readonly #known = new Map<Graph, Known[]>()

  of(b: Builder, attention: Attention, query: Value): Value | undefined {
    const { mask } = attention
    const all = this.#known.get(b.graph) ?? []
    this.#known.set(b.graph, all)
    const { rank, sequence } = attention
    const wanted = { mask, rank, sequence, dtype: query.dtype }
    const known = all.find((other) => isSame(other, wanted))
    if (known) return known.prepared
    const numbers = numbersOf(b, mask, query.dtype)
    if (!numbers) return undefined
    const prepared = withRows(b, numbers, attention, query)
    all.unshift({ ...wanted, prepared })
    if (all.length > MOST_KNOWN) all.pop()
    return prepared
  }
}

/** A mask as attentions of one rank, number of queries and dtype want it. */
interface Wanted extends Pick<Attention, 'mask' | 'rank' | 'sequence'> {
  readonly dtype: DType
}

interface Known extends Wanted {
  readonly prepared: Value
}

/** A model has a few masks; one whose layers make their own has them one after the other. */
const MOST_KNOWN = 8

const isSame = (a: Wanted, b: Wanted): boolean =>
  a.rank === b.rank && a.sequence === b.sequence && a.dtype === b.dtype && isSameMask(a.mask, b.mask)

const isSameMask = (a: Mask, b: Mask): boolean =>
  a.added.length === b.added.length &&
  a.added.every((numbers, index) => numbers === b.added[index]) &&
  a.selected?.condition === b.selected?.condition &&
  a.selected?.keeps === b.selected?.keeps &&
  a.selected?.fill === b.selected?.fill

function numbersOf(b: Builder, { added, selected }: Mask, dtype: DType): Value | undefined {
  const parts = selected ? [selectionOf(b, selected, dtype), ...added] : added
  const [first, ...rest] = parts
  return first && rest.reduce((sum, part) => b.add(sum, part), first)
}

function selectionOf(b: Builder, { condition, keeps, fill }: Selection, dtype: DType): Value {
  const [none, hidden] = [b.scalar(dtype, 0), b.scalar(dtype, fill)]
  return keeps ? b.where(condition, none, hidden) : b.where(condition, hidden, none)
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
