import type { DType } from './dtype.ts'

/**
 * One `?input=` of a request, or what a file says of one input: `ids:i64[N,L=128]`, `1x3x224x224`.
 * What is undefined is for the front end to find out.
 */
export interface InputSpec {
  /** Parameter name, with a path into nested values (`batch.mask`, `states.0`). */
  readonly name?: string | undefined
  readonly dtype?: DType | undefined
  readonly dims?: readonly DimSpec[] | undefined
  /** A Python-level argument given as a value: `flag=true`. */
  readonly value?: boolean | number | string | undefined
}

/** A fixed size, or a dynamic dim with a name, a size to try decisions on, and a range. */
export type DimSpec = number | DynamicDimSpec

export interface DynamicDimSpec {
  readonly name: string
  /** 2 when absent; never 1, which broadcasting would take for a decision. */
  readonly hint?: number | undefined
  readonly min?: number | undefined
  readonly max?: number | undefined
}

export const DEFAULT_HINT = 2

/** As `?input=` spells it. @example dimSpecText({ name: 'H', hint: 224, min: 32, max: 512 }) // 'H=224(32..512)' */
export function dimSpecText(dim: DimSpec): string {
  if (typeof dim === 'number') return String(dim)
  const { name, hint, min, max } = dim
  const range = min === undefined && max === undefined ? '' : `(${min ?? ''}..${max ?? ''})`
  return `${name}${hint === undefined ? '' : `=${hint}`}${range}`
}
