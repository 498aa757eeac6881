import {
  bounds,
  DEFAULT_HINT,
  type Dim,
  type DimFacts,
  dimName,
  evaluate,
  symbolsOf,
} from '../graph/index.ts'
import type { IntegerKernel, MatrixSize } from './target.ts'

/** A layer's extents where dims may be symbolic; undefined when its shape is not known. */
export interface LayerSize {
  readonly rows: Dim | undefined
  readonly reduction: number
  readonly columns: number
  readonly group: number
}

export interface GainVerdict {
  readonly gains: boolean
  /** Why, as a clause for the report. */
  readonly why: string
}

/**
 * Whether a layer runs faster on the integer kernel than in float. Symbolic rows are judged at the least they can be, and
 * when that is too few, at their hints.
 */
export function integerGain(kernel: IntegerKernel, size: LayerSize, facts: DimFacts): GainVerdict {
  const [name = ''] = kernel.kernels
  const { gainsFrom } = kernel
  if (size.group !== 1 && !kernel.groups)
    return { gains: false, why: `${name} is slower than float in groups (${size.group} here)` }
  for (const extent of ['reduction', 'columns'] as const) {
    if (size[extent] < gainsFrom[extent])
      return {
        gains: false,
        why: `${name} gains from ${SPELLED[extent](gainsFrom[extent])} on, here ${size[extent]}`,
      }
  }
  return judgeRows(name, size, gainsFrom, facts)
}

const SPELLED: { readonly [extent in 'reduction' | 'columns']: (from: number) => string } = {
  reduction: (from) => `sums of ${from}`,
  columns: (from) => `${from} columns`,
}

function judgeRows(name: string, size: LayerSize, from: MatrixSize, facts: DimFacts): GainVerdict {
  const { rows } = size
  if (rows === undefined)
    return {
      gains: false,
      why: `${name} gains from ${from.rows} rows on, and how many there are is not known`,
    }
  const sums = `sums of ${size.reduction} into ${size.columns} columns`
  const [least] = bounds(rows, facts)
  if (least >= from.rows) {
    const text = typeof rows === 'number' ? `${rows}` : `${dimName(rows)}, at least ${least},`
    return { gains: true, why: `${name} gains: ${text} rows, ${sums}` }
  }
  const usual = atHints(rows, facts)
  const hinted = typeof rows === 'number' ? `${rows}` : `${dimName(rows)}, ${usual} at the hint,`
  return usual >= from.rows
    ? { gains: true, why: `${name} gains: ${hinted} rows, ${sums}` }
    : { gains: false, why: `${name} gains from ${from.rows} rows on, here ${hinted.replace(/,$/, '')}` }
}

function atHints(dim: Dim, facts: DimFacts): number {
  const bindings = new Map([...symbolsOf(dim)].map((name) => [name, facts.get(name)?.hint ?? DEFAULT_HINT]))
  return evaluate(dim, bindings) ?? 0
}
