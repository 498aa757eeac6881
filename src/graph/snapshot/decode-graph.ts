import type { Where } from '../../errors/index.ts'
import type { Attribute } from '../attribute.ts'
import { Graph } from '../graph.ts'
import type { Value } from '../value.ts'
import type { ValueType } from '../value-type.ts'
import { damaged } from './damaged.ts'
import type { DimReader } from './dim-table.ts'
import type { AttributeCode, GraphCode, NodeCode, TypeCode, ValueCode } from './layout.ts'
import type { TensorReader } from './tensor-table.ts'

/** Builds graphs from what `GraphEncoder` wrote, numbering values the same way. */
export class GraphDecoder {
  readonly #dims: DimReader
  readonly #tensors: TensorReader
  readonly #origins: readonly Where[]
  readonly #values: Value[] = []

  constructor(dims: DimReader, tensors: TensorReader, origins: readonly Where[]) {
    this.#dims = dims
    this.#tensors = tensors
    this.#origins = origins
  }

  decode(code: GraphCode): Graph {
    const graph = new Graph(code.name)
    for (const input of code.inputs) this.#define(graph.addInput(input.name, undefined), input)
    for (const constant of code.initializers) {
      const value = graph.addInitializer(this.#tensors.decode(constant.tensor), constant.name)
      value.content = this.#decodeContent(constant.content)
      this.#values.push(value)
    }
    for (const node of code.nodes) this.#decodeNode(graph, node)
    for (const [name, number] of code.outputs) graph.addOutput(name, this.#value(number))
    return graph
  }

  #decodeNode(graph: Graph, code: NodeCode): void {
    const { op, domain, name, origin } = code
    const inputs = code.inputs.map((number) => (number === null ? undefined : this.#value(number)))
    const attributes = new Map(
      code.attributes.map(([key, attribute]) => [key, this.#decodeAttribute(attribute)]),
    )
    const outputs = code.outputs.map((output) => ({ name: output.name }))
    const node = graph.append({
      op,
      domain,
      name,
      inputs,
      attributes,
      outputs,
      origin: origin === undefined ? undefined : this.#origins[origin],
    })
    node.outputs.forEach((output, index) => {
      this.#define(output, code.outputs[index] ?? damaged('an output is missing'))
    })
  }

  #define(value: Value, { type, content }: ValueCode): void {
    value.type = type && this.#decodeType(type)
    value.content = this.#decodeContent(content)
    this.#values.push(value)
  }

  #value(number: number): Value {
    return this.#values[number] ?? damaged(`value ${number} is not defined`)
  }

  #decodeContent(content: ValueCode['content']): Value['content'] {
    return content?.map((dim) => this.#dims.decode(dim))
  }

  #decodeType(type: TypeCode): ValueType {
    if (type.kind !== 'tensor') return { kind: type.kind, element: this.#decodeType(type.element) }
    return { kind: 'tensor', dtype: type.dtype, dims: type.dims?.map((dim) => this.#dims.decode(dim)) }
  }

  #decodeAttribute(code: AttributeCode): Attribute {
    switch (code.type) {
      case 'float':
        return { type: 'float', value: Number(code.value) }
      case 'floats':
        return { type: 'floats', value: code.value.map(Number) }
      case 'tensor':
        return { type: 'tensor', value: this.#tensors.decode(code.value) }
      case 'graph':
        return { type: 'graph', value: this.decode(code.value) }
      case 'graphs':
        return { type: 'graphs', value: code.value.map((graph) => this.decode(graph)) }
      default:
        return code
    }
  }
}
