import type { Where } from '../../errors/index.ts'
import type { Attribute } from '../attribute.ts'
import type { Graph } from '../graph.ts'
import type { Node } from '../node.ts'
import type { Value } from '../value.ts'
import type { ValueType } from '../value-type.ts'
import { damaged } from './damaged.ts'
import type { DimTable } from './dim-table.ts'
import type { AttributeCode, FloatCode, GraphCode, NodeCode, TypeCode, ValueCode } from './layout.ts'
import type { TensorTable } from './tensor-table.ts'

/** Writes graphs of one model down, numbering values as it goes. */
export class GraphEncoder {
  readonly origins: Where[] = []
  readonly #dims: DimTable
  readonly #tensors: TensorTable
  readonly #values = new Map<Value, number>()
  readonly #origins = new Map<string, number>()

  constructor(dims: DimTable, tensors: TensorTable) {
    this.#dims = dims
    this.#tensors = tensors
  }

  encode(graph: Graph): GraphCode {
    const inputs = graph.inputs.map((input) => this.#define(input))
    const initializers = [...graph.initializers].map((constant) => this.#encodeConstant(constant))
    const nodes = [...graph.nodes()].map((node) => this.#encodeNode(node))
    const outputs = graph.outputs.map(({ name, value }): [string, number] => [name, this.#numberOf(value)])
    return { name: graph.name, inputs, initializers, nodes, outputs }
  }

  #encodeConstant(constant: Value): GraphCode['initializers'][number] {
    const { name, content } = this.#define(constant)
    if (!constant.tensor) return damaged(`constant ${name} has no tensor`)
    return { name, tensor: this.#tensors.encode(constant.tensor), content }
  }

  #encodeNode(node: Node): NodeCode {
    const { op, domain, name } = node
    const inputs = node.inputs.map((input) => (input ? this.#numberOf(input) : null))
    const attributes = [...node.attributes].map(([key, attribute]): [string, AttributeCode] => [
      key,
      this.#encodeAttribute(attribute),
    ])
    const outputs = node.outputs.map((output) => this.#define(output))
    return { op, domain, name, origin: this.#encodeOrigin(node.origin), inputs, attributes, outputs }
  }

  #define(value: Value): ValueCode {
    this.#values.set(value, this.#values.size)
    const { name, type, content } = value
    return {
      name,
      type: type && this.#encodeType(type),
      content: content?.map((dim) => this.#dims.encode(dim)),
    }
  }

  #numberOf(value: Value): number {
    return this.#values.get(value) ?? damaged(`value ${value.name} is read before it is defined`)
  }

  #encodeType(type: ValueType): TypeCode {
    if (type.kind !== 'tensor') return { kind: type.kind, element: this.#encodeType(type.element) }
    return { kind: 'tensor', dtype: type.dtype, dims: type.dims?.map((dim) => this.#dims.encode(dim)) }
  }

  #encodeOrigin(origin: Where | undefined): number | undefined {
    if (!origin) return undefined
    const key = JSON.stringify([origin.file, origin.line, origin.node])
    const known = this.#origins.get(key)
    if (known !== undefined) return known
    const number = this.origins.push(origin) - 1
    this.#origins.set(key, number)
    return number
  }

  #encodeAttribute(attribute: Attribute): AttributeCode {
    switch (attribute.type) {
      case 'float':
        return { type: 'float', value: encodeFloat(attribute.value) }
      case 'floats':
        return { type: 'floats', value: attribute.value.map(encodeFloat) }
      case 'tensor':
        return { type: 'tensor', value: this.#tensors.encode(attribute.value) }
      case 'graph':
        return { type: 'graph', value: this.encode(attribute.value) }
      case 'graphs':
        return { type: 'graphs', value: attribute.value.map((graph) => this.encode(graph)) }
      case 'ints':
        return { type: 'ints', value: [...attribute.value] }
      case 'strings':
        return { type: 'strings', value: [...attribute.value] }
      default:
        return attribute
    }
  }
}

function encodeFloat(value: number): FloatCode {
  if (Object.is(value, -0)) return '-0'
  if (Number.isNaN(value)) return 'NaN'
  if (Number.isFinite(value)) return value
  return value > 0 ? 'Infinity' : '-Infinity'
}
