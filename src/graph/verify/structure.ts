import type { Graph } from '../graph.ts'
import type { Node } from '../node.ts'
import type { Value } from '../value.ts'
import type { Report } from './violation.ts'

/** Order, scoping and the links between values and their readers, of a main graph and all below. Linear in its size. */
export function checkStructure(graph: Graph, report: Report): void {
  new StructureCheck(report).checkMain(graph)
}

class StructureCheck {
  readonly #report: Report
  /** Values that may be read where the walk stands. */
  readonly #visible = new Set<Value>()
  readonly #readers = new Map<Value, Set<Node>>()
  readonly #returners = new Map<Value, Set<Graph>>()
  readonly #all: Value[] = []

  constructor(report: Report) {
    this.#report = report
  }

  checkMain(graph: Graph): void {
    this.#checkGraph(graph, undefined)
    for (const value of this.#all) this.#checkLinks(value)
  }

  #checkGraph(graph: Graph, owner: Node | undefined): void {
    if (graph.owner !== owner)
      this.#report(
        'owner',
        owner,
        `graph ${graph.name} says it belongs to ${graph.owner?.label ?? 'no node'}`,
      )
    const own: Value[] = []
    for (const value of [...graph.inputs, ...graph.initializers]) this.#define(value, graph, own)
    for (const constant of graph.initializers)
      if (!constant.tensor) this.#report('constant', owner, `constant ${constant.name} has no tensor`)
    for (const node of graph.nodes()) this.#checkNode(node, graph, own)
    for (const { name, value } of graph.outputs) {
      if (!this.#visible.has(value))
        this.#report('order', owner, `output ${name} of graph ${graph.name} is not defined there`)
      collect(this.#returners, value, graph)
    }
    for (const value of own) this.#visible.delete(value)
  }

  #checkNode(node: Node, graph: Graph, own: Value[]): void {
    if (node.graph !== graph)
      this.#report('producer', node, `it says it is of graph ${node.graph.name}, not ${graph.name}`)
    node.inputs.forEach((input, index) => {
      if (!input) return
      if (!this.#visible.has(input))
        this.#report('order', node, `input ${index} (${input.name}) is not defined before it`)
      collect(this.#readers, input, node)
    })
    for (const subgraph of node.subgraphs) this.#checkGraph(subgraph, node)
    for (const output of node.outputs) {
      if (output.producer !== node)
        this.#report('producer', node, `its result ${output.name} names another producer`)
      this.#define(output, graph, own)
    }
  }

  #define(value: Value, graph: Graph, own: Value[]): void {
    if (value.graph !== graph)
      this.#report('producer', value.producer, `${value.name} says it is of graph ${value.graph.name}`)
    this.#visible.add(value)
    own.push(value)
    this.#all.push(value)
  }

  #checkLinks(value: Value): void {
    if (!same(value.users, this.#readers.get(value)))
      this.#report('uses', value.producer, `${value.name} does not know its readers`)
    if (!same(value.outputOf, this.#returners.get(value)))
      this.#report('uses', value.producer, `${value.name} does not know the graphs that return it`)
  }
}

function collect<T>(map: Map<Value, Set<T>>, value: Value, item: T): void {
  const items = map.get(value)
  if (items) items.add(item)
  else map.set(value, new Set([item]))
}

const same = <T>(known: readonly T[], found: ReadonlySet<T> | undefined): boolean =>
  known.length === (found?.size ?? 0) && known.every((item) => found?.has(item))
