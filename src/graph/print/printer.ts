import { dimName } from '../dims/index.ts'
import type { Graph } from '../graph.ts'
import type { Model } from '../model.ts'
import type { Node } from '../node.ts'
import type { Value } from '../value.ts'
import { typeText } from '../value-type.ts'
import { attributeText, tensorText } from './text.ts'

/**
 * A model or graph as text, for tests and bug reports: one line a node, subgraphs indented below theirs, names made
 * unique. The same graph always gives the same text.
 *
 * @example
 * main(%x: float32[N, 3, 224, 224]) {
 *   %w = const float32[64, 3, 7, 7]
 *   %y: float32[N, 64, 112, 112] = Conv(%x, %w) {strides=[2, 2]}
 *   return y=%y
 * }
 */
export function print(what: Model | Graph): string {
  const printer = new Printer()
  printer.graph('graph' in what ? what.graph : what, '')
  return printer.text
}

class Printer {
  readonly #lines: string[] = []
  readonly #names = new Map<Value, string>()
  readonly #taken = new Set<string>()

  get text(): string {
    return this.#lines.join('\n')
  }

  graph(graph: Graph, indent: string, head = graph.name): void {
    const inputs = graph.inputs.map((input) => this.#typed(input))
    this.#lines.push(`${indent}${head}(${inputs.join(', ')}) {`)
    const inner = `${indent}  `
    for (const value of graph.initializers)
      this.#lines.push(`${inner}${this.#name(value)} = ${constant(value)}`)
    for (const node of graph.nodes()) this.#node(node, inner)
    const outputs = graph.outputs.map(({ name, value }) => `${name}=${this.#name(value)}`)
    this.#lines.push(`${inner}return ${outputs.join(', ')}`, `${indent}}`)
  }

  #node(node: Node, indent: string): void {
    const operator = node.domain === '' ? node.op : `${node.domain}.${node.op}`
    const inputs = node.inputs.map((input) => (input ? this.#name(input) : '_'))
    const outputs = node.outputs.map((output) => this.#typed(output))
    const attributes = [...node.attributes].sort(([a], [b]) => (a < b ? -1 : 1))
    const plain = attributes.filter(([, { type }]) => type !== 'graph' && type !== 'graphs')
    const braces =
      plain.length === 0
        ? ''
        : ` {${plain.map(([key, value]) => `${key}=${attributeText(value)}`).join(', ')}}`
    this.#lines.push(`${indent}${outputs.join(', ')} = ${operator}(${inputs.join(', ')})${braces}`)
    for (const [key, attribute] of attributes) {
      if (attribute.type === 'graph') this.graph(attribute.value, `${indent}  `, key)
      if (attribute.type === 'graphs')
        attribute.value.forEach((graph, index) => {
          this.graph(graph, `${indent}  `, `${key}[${index}]`)
        })
    }
  }

  #typed(value: Value): string {
    const known = value.content && !value.isConstant ? ` (${value.content.map(dimName).join(', ')})` : ''
    return `${this.#name(value)}: ${typeText(value.type)}${known}`
  }

  #name(value: Value): string {
    const known = this.#names.get(value)
    if (known) return known
    const base = `%${value.name || '_'}`
    let name = base
    for (let count = 1; this.#taken.has(name); count++) name = `${base}.${count}`
    this.#taken.add(name)
    this.#names.set(value, name)
    return name
  }
}

const constant = ({ tensor }: Value): string => (tensor ? `const ${tensorText(tensor)}` : 'const ?')
