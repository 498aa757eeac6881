import type { Graph } from '../../graph.ts'
import type { Node } from '../../node.ts'
import { schemaOf } from '../../ops/registry.ts'
import type { Value } from '../../value.ts'
import type { ValueType } from '../../value-type.ts'
import { GRAPH, NODE } from '../proto/fields.ts'
import type { ProtoWriter } from '../wire/writer.ts'
import { writeAttribute } from './attribute.ts'
import type { DataPlacement } from './data-placement.ts'
import type { NamePlan } from './names.ts'
import { writeTensor } from './tensor.ts'
import { writeValueInfo } from './type.ts'

/** Which types of values are written, besides those of inputs and outputs. */
export type ValueInfoOption = 'symbolic' | 'all' | 'none'

type TypeFilter = (type: ValueType, node: Node) => boolean

const TOLD: { readonly [option in ValueInfoOption]: TypeFilter } = {
  symbolic: (type, node) => hasSymbols(type) && readsSizes(node),
  all: () => true,
  none: () => false,
}

const hasSymbols = (type: ValueType): boolean =>
  type.kind === 'tensor' && !!type.dims?.some((dim) => typeof dim !== 'number')

/** Where integers that are data, or a body, say what the dims are: a runtime gets all others from the inputs' dims. */
const readsSizes = ({ op, domain, subgraphs }: Node): boolean =>
  subgraphs.length > 0 || (domain === '' && SIZE_READERS.has(op))

const SIZE_READERS: ReadonlySet<string> = new Set([
  'ConstantOfShape',
  'Expand',
  'Pad',
  'Range',
  'Reshape',
  'Resize',
  'Slice',
  'Split',
  'Tile',
])

/** Writes graphs of one model. */
export class GraphWriter {
  readonly #names: NamePlan
  readonly #placement: DataPlacement
  readonly #isTold: TypeFilter

  constructor(names: NamePlan, placement: DataPlacement, valueInfo: ValueInfoOption) {
    this.#names = names
    this.#placement = placement
    this.#isTold = TOLD[valueInfo]
  }

  /** Fills a GraphProto. */
  write(message: ProtoWriter, graph: Graph): void {
    for (const node of graph.nodes()) message.message(GRAPH.node, (nested) => this.#writeNode(nested, node))
    const outputs = this.#names.outputsOf(graph)
    for (const { name, value, identity } of outputs)
      if (identity) message.message(GRAPH.node, (nested) => this.#writeIdentity(nested, value, name))
    message.text(GRAPH.name, graph.name || 'main')
    for (const value of this.#names.initializersOf(graph)) this.#writeInitializer(message, value)
    for (const input of graph.inputs)
      message.message(GRAPH.input, (info) => writeValueInfo(info, this.#names.of(input), input.type))
    for (const { name, value } of outputs)
      message.message(GRAPH.output, (info) => writeValueInfo(info, name, value.type))
    this.#writeValueInfos(message, graph)
  }

  #writeInitializer(message: ProtoWriter, value: Value): void {
    const { tensor } = value
    if (!tensor) return
    message.message(GRAPH.initializer, (nested) =>
      writeTensor(nested, tensor, this.#names.of(value), this.#placement),
    )
  }

  #writeNode(message: ProtoWriter, node: Node): void {
    for (const name of this.#inputNames(node)) message.text(NODE.input, name)
    for (const name of this.#names.ofOutputs(node)) message.text(NODE.output, name)
    const name = this.#names.ofNode(node)
    if (name !== '') message.text(NODE.name, name)
    message.text(NODE.opType, node.op)
    const attributes = [...node.attributes].sort(([a], [b]) => (a < b ? -1 : 1))
    for (const [key, attribute] of attributes)
      message.message(NODE.attribute, (nested) =>
        writeAttribute(nested, key, attribute, (inner, graph) => this.write(inner, graph)),
      )
    if (node.domain !== '') message.text(NODE.domain, node.domain)
  }

  /** '' stands for an input that is left out; at the end it is not written, but before a list that may be empty it has to be. */
  #inputNames(node: Node): string[] {
    const names = node.inputs.map((input) => (input ? this.#names.of(input) : ''))
    const least = leastInputs(node)
    while (names.length > least && names.at(-1) === '') names.pop()
    while (names.length < least) names.push('')
    return names
  }

  #writeIdentity(message: ProtoWriter, value: Value, name: string): void {
    message.text(NODE.input, this.#names.of(value)).text(NODE.output, name).text(NODE.opType, 'Identity')
  }

  #writeValueInfos(message: ProtoWriter, graph: Graph): void {
    const named = new Set(this.#names.outputsOf(graph).map(({ name }) => name))
    for (const node of graph.nodes()) {
      const names = this.#names.ofOutputs(node)
      node.outputs.forEach(({ type }, index) => {
        const name = names[index] ?? ''
        if (name !== '' && type && !named.has(name) && this.#isTold(type, node))
          message.message(GRAPH.valueInfo, (info) => writeValueInfo(info, name, type))
      })
    }
  }
}

/** A Loop has its trip count and condition, if only as '', also where it hands nothing on. */
function leastInputs({ op, domain }: Node): number {
  const inputs = schemaOf(op, domain)?.inputs ?? []
  return inputs.at(-1)?.endsWith('...') ? inputs.length - 1 : 0
}
