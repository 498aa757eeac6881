import type { Graph } from './graph.ts'
import type { Tensor } from './tensor.ts'

/** An operator's attribute, tagged as ONNX tags it. Integers are safe integers; readers refuse others by name. */
export type Attribute =
  | { readonly type: 'int'; readonly value: number }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'tensor'; readonly value: Tensor }
  | { readonly type: 'graph'; readonly value: Graph }
  | { readonly type: 'ints'; readonly value: readonly number[] }
  | { readonly type: 'floats'; readonly value: readonly number[] }
  | { readonly type: 'strings'; readonly value: readonly string[] }
  | { readonly type: 'graphs'; readonly value: readonly Graph[] }

export type AttributeKind = Attribute['type']
export type AttributeValue<K extends AttributeKind> = Extract<Attribute, { type: K }>['value']
export type Attributes = ReadonlyMap<string, Attribute>

/** Subgraphs an attribute holds. */
export function subgraphsOf(attribute: Attribute): readonly Graph[] {
  if (attribute.type === 'graph') return [attribute.value]
  return attribute.type === 'graphs' ? attribute.value : []
}
