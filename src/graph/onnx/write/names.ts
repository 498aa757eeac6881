import { ModelError } from '../../../errors/index.ts'
import type { Graph, GraphOutput } from '../../graph.ts'
import type { Node } from '../../node.ts'
import { schemaOf } from '../../ops/registry.ts'
import { ScopedMap } from '../../scoped-map.ts'
import type { Tensor } from '../../tensor.ts'
import type { Value } from '../../value.ts'

/** Longer names only cost bytes. */
const LONGEST_NAME = 120

/** An output as it is written: under its name a node's result, or an Identity of another value. */
export interface NamedOutput {
  readonly name: string
  readonly value: Value
  readonly identity: boolean
}

/**
 * Names for every value and node of a model, each unique in the whole file, since subgraphs may not shadow. Inputs and
 * outputs of the main graph keep theirs to the letter; all others are made from wishes, the same for the same graph.
 */
export class NamePlan {
  readonly #values = new Map<Value, string>()
  readonly #outputs = new Map<Graph, readonly NamedOutput[]>()
  readonly #initializers = new Map<Graph, readonly Value[]>()
  readonly #nodes = new Map<Node, string>()
  readonly #taken = new Set<string>()
  readonly #takenByNodes = new Set<string>()
  readonly #counts = new Map<string, number>()

  /** @throws ModelError INVALID_GRAPH when two inputs or outputs have one name, or one has none. */
  constructor(main: Graph) {
    for (const input of main.inputs) this.#reserve(main, input.name, 'inputs')
    const inputs = new Map<string, Value>(main.inputs.map((input) => [input.name, input]))
    for (const { name, value } of main.outputs)
      if (inputs.get(name) !== value) this.#reserve(main, name, 'outputs')
    for (const input of main.inputs) this.#values.set(input, input.name)
    this.#outputs.set(
      main,
      main.outputs.map((output) => this.#planOutput(main, output, output.name)),
    )
    this.#nameBody(main)
  }

  of(value: Value): string {
    const name = this.#values.get(value)
    if (name !== undefined) return name
    throw new ModelError('INVALID_GRAPH', {
      what: `Value ${value.name} of graph ${value.graph.name} is used where it does not exist`,
      where: { node: value.producer?.label },
    })
  }

  ofNode(node: Node): string {
    return this.#nodes.get(node) ?? ''
  }

  outputsOf(graph: Graph): readonly NamedOutput[] {
    return this.#outputs.get(graph) ?? []
  }

  /** Constants to write: used ones, each tensor once where several values share it. */
  initializersOf(graph: Graph): readonly Value[] {
    return this.#initializers.get(graph) ?? []
  }

  /** Names of a node's outputs; optional ones that nobody reads are left out. */
  ofOutputs(node: Node): string[] {
    const names = node.outputs.map((output) => this.#values.get(output) ?? '')
    while (names.length > 1 && names.at(-1) === '') names.pop()
    return names
  }

  #reserve(graph: Graph, name: string, of: string): void {
    const why = name === '' ? 'has no name' : this.#taken.has(name) ? 'has the name of another' : undefined
    if (why)
      throw new ModelError('INVALID_GRAPH', {
        what: `${JSON.stringify(name)} among the ${of} of graph ${graph.name} ${why}`,
        next: 'Give it a name of its own: rename=old:new',
      })
    this.#taken.add(name)
  }

  /** The output's name goes to the value itself when a node of this graph makes it and no output took it before. */
  #planOutput(graph: Graph, { value }: GraphOutput, name: string): NamedOutput {
    const sameAsInput = value.graph === graph && this.#values.get(value) === name
    if (sameAsInput) return { name, value, identity: false }
    const free = value.producer?.graph === graph && !this.#values.has(value)
    if (free) this.#values.set(value, name)
    return { name, value, identity: !free }
  }

  #nameBody(graph: Graph, outer?: ScopedMap<Tensor, string>): void {
    const visible = new ScopedMap(outer)
    this.#initializers.set(graph, this.#nameConstants(graph, visible))
    for (const node of graph.nodes()) {
      if (node.name !== '') this.#nodes.set(node, this.#unique(node.name, this.#takenByNodes))
      node.outputs.forEach((output, index) => {
        if (!this.#values.has(output) && !isOmitted(node, index)) this.#nameValue(output)
      })
      for (const subgraph of node.subgraphs) this.#nameSubgraph(subgraph, visible)
    }
  }

  #nameSubgraph(graph: Graph, outer: ScopedMap<Tensor, string>): void {
    for (const input of graph.inputs) this.#nameValue(input)
    this.#outputs.set(
      graph,
      graph.outputs.map((output) =>
        this.#planOutput(graph, output, this.#unique(output.name || output.value.name, this.#taken)),
      ),
    )
    this.#nameBody(graph, outer)
  }

  #nameConstants(graph: Graph, visible: ScopedMap<Tensor, string>): Value[] {
    const written: Value[] = []
    for (const value of graph.initializers) {
      if (!value.tensor || !value.isUsed) continue
      const name = visible.get(value.tensor)
      if (name !== undefined) this.#values.set(value, name)
      else {
        visible.set(value.tensor, this.#nameValue(value))
        written.push(value)
      }
    }
    return written
  }

  #nameValue(value: Value): string {
    const name = this.#unique(value.name, this.#taken)
    this.#values.set(value, name)
    return name
  }

  #unique(wish: string, taken: Set<string>): string {
    const base = cleanName(wish)
    let name = base
    while (taken.has(name)) {
      const count = (this.#counts.get(base) ?? 0) + 1
      this.#counts.set(base, count)
      name = `${base}_${count}`
    }
    taken.add(name)
    return name
  }
}

/** An output that the operator may leave out and nobody reads. */
function isOmitted(node: Node, index: number): boolean {
  const output = node.outputs[index]
  if (!output || output.isUsed || givesAllOutputs(node)) return false
  if (index === 0 && node.outputs.every(({ isUsed }) => !isUsed)) return false
  return output.name === '' || schemaOf(node.op, node.domain)?.outputs[index]?.endsWith('?') === true
}

/** https://onnx.ai/onnx/operators/onnx__BatchNormalization.html: three outputs in training mode, else one. */
const givesAllOutputs = (node: Node): boolean =>
  node.op === 'BatchNormalization' && node.domain === '' && node.attribute('training_mode', 'int') === 1

/** A name of printable characters and of reasonable length. */
function cleanName(wish: string): string {
  const printable = wish.replace(/[\p{C}\s]+/gu, '_')
  return printable.slice(0, LONGEST_NAME).replace(/\p{Surrogate}$/u, '') || 'value'
}
