import type { Graph } from './graph.ts'
import type { Tensor } from './tensor.ts'

/** What each kind of attribute holds. Integers are safe integers; readers refuse others by name. */
export interface AttributeValues {
  readonly int: number
  readonly float: number
  readonly string: string
  readonly tensor: Tensor
  readonly graph: Graph
  readonly ints: readonly number[]
  readonly floats: readonly number[]
  readonly strings: readonly string[]
  readonly graphs: readonly Graph[]
}

export type AttributeKind = keyof AttributeValues

export interface AttributeOf<K extends AttributeKind> {
  readonly type: K
  readonly value: AttributeValues[K]
}

/** An operator's attribute, tagged as ONNX tags it. */
export type Attribute = { readonly [K in AttributeKind]: AttributeOf<K> }[AttributeKind]
export type Attributes = ReadonlyMap<string, Attribute>

export const isKind = <K extends AttributeKind>(
  attribute: Attribute,
  kind: K,
): attribute is Attribute & AttributeOf<K> => attribute.type === kind

/** Subgraphs an attribute holds. */
export function subgraphsOf(attribute: Attribute): readonly Graph[] {
  if (attribute.type === 'graph') return [attribute.value]
  return attribute.type === 'graphs' ? attribute.value : []
}
