import type { Attribute, Builder, Node, Value } from '../../../../graph/index.ts'
import type { Perm } from './perm.ts'

/**
 * How a node would work on the tensors that its operands are transposed from. A layout `perm` of a value says that it is
 * `Transpose(stored, perm)` of what is stored: its axis i is axis `perm[i]` there.
 */
export interface Move {
  /** The layout of each result. */
  readonly layouts: readonly Perm[]
  /** Attributes that name axes, in their new meaning. */
  readonly attributes?: readonly (readonly [name: string, attribute: Attribute])[]
  /** What stands in the place of inputs that have no layout; others stay as they are. */
  readonly inputs?: ReadonlyMap<number, Replacement>
}

export interface Replacement {
  /** Nodes that it costs. */
  readonly cost: number
  readonly make: (b: Builder) => Value
}

/** What a mover asks about a node: the layouts of its inputs, at least one of which has one. */
export interface Operands {
  readonly node: Node
  /** undefined: not stored in another order. */
  readonly layouts: readonly (Perm | undefined)[]
}

/** Undefined where the operator cannot work on the other order, or cannot be seen to. */
export type Mover = (operands: Operands) => Move | undefined

/** The layout of input 0, where no other input has one. */
export const onlyFirst = ({ layouts }: Operands): Perm | undefined =>
  layouts.every((layout, index) => index === 0 || layout === undefined) ? layouts[0] : undefined

export const int = (value: number): Attribute => ({ type: 'int', value })

/** Counted from the front. */
export const normalAxis = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis)
