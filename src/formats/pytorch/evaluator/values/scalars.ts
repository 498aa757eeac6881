import type { Dim, SymDim } from '../../../../graph/index.ts'
import type { InstanceValue } from './class-value.ts'

export interface NoneValue {
  readonly kind: 'none'
}

export interface BoolValue {
  readonly kind: 'bool'
  readonly value: boolean
}

/** A Python int, symbolic where it stems from a dynamic dim. */
export interface IntValue {
  readonly kind: 'int'
  /** Beyond 2⁵³ the nearest double: as an end of a slice, 2⁶³ − 1 is past every size all the same. */
  readonly value: Dim
  /** Its digits, where a double does not hold them. */
  readonly exact?: bigint | undefined
  /** The member of an Enum that it is. */
  readonly member?: InstanceValue | undefined
}

/** A Python float. `1.` is not `1`: the two promote differently. */
export interface FloatValue {
  readonly kind: 'float'
  /** Under `symbolic`, the value at the hints; NaN when there are none. */
  readonly value: number
  /** What it is, when it stems from a dynamic dim. */
  readonly symbolic?: ScaledDim | ComputedFloat | undefined
  /** The member of an Enum that it is. */
  readonly member?: InstanceValue | undefined
}

/** dim · numerator / denominator, with at most one rounding: what `size / 3` and `size * 0.5` are. */
export interface ScaledDim {
  readonly kind: 'scaled'
  readonly dim: SymDim
  readonly numerator: number
  readonly denominator: number
}

/** What the graph is to compute in double precision, as Python does: `1 / math.sqrt(size)`. */
export interface ComputedFloat {
  readonly kind: 'computed'
  readonly operator: FloatOperator
  readonly operands: readonly FloatValue[]
  /** No size makes it less. */
  readonly least: number
  /** Operations on the longest way to a size. */
  readonly depth: number
}

export type FloatOperator = 'add' | 'sub' | 'mul' | 'div' | 'pow' | 'sqrt' | 'log'

export interface StrValue {
  readonly kind: 'str'
  readonly value: string
  /** The member of an Enum that it is. */
  readonly member?: InstanceValue | undefined
}

export interface BytesValue {
  readonly kind: 'bytes'
  /** A character below 256 for each byte. */
  readonly value: string
}

export interface EllipsisValue {
  readonly kind: 'ellipsis'
}

export interface SliceValue {
  readonly kind: 'slice'
  readonly lower: IntValue | NoneValue
  readonly upper: IntValue | NoneValue
  readonly step: IntValue | NoneValue
}

export const NONE: NoneValue = { kind: 'none' }
export const TRUE: BoolValue = { kind: 'bool', value: true }
export const FALSE: BoolValue = { kind: 'bool', value: false }
export const ELLIPSIS: EllipsisValue = { kind: 'ellipsis' }

export const bool = (value: boolean): BoolValue => (value ? TRUE : FALSE)
export const int = (value: Dim): IntValue => ({ kind: 'int', value })
export const float = (value: number): FloatValue => ({ kind: 'float', value })
export const str = (value: string): StrValue => ({ kind: 'str', value })

/** A plain int of any size. */
export function intOf(whole: number | bigint): IntValue {
  const value = Number(whole)
  return Number.isSafeInteger(value) ? int(value) : { kind: 'int', value, exact: BigInt(whole) }
}
