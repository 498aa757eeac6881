import type { Node, Value } from '../../../../graph/index.ts'

/** For each operator: the input that the node merely passes on, if it does. That dtype and dims are equal too is checked for all. */
export interface NoOps {
  readonly [op: string]: (node: Node) => Value | undefined
}
