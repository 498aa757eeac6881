import {
  type Attribute,
  type Graph,
  knownIntegers,
  type Model,
  type Node,
  ScopedMap,
  schemaOf,
  type Value,
} from '../../../graph/index.ts'
import type { Pass } from '../../pass.ts'
import { Replacement } from '../../replacement.ts'

/**
 * Makes nodes one that compute the same from the same inputs, in one graph or in a graph around it. One walk: by the time a
 * node is looked at, its inputs are those of the first of their kind.
 */
export const commonSubexpressions: Pass = {
  name: 'common-subexpressions',
  level: 'basic',
  run(model) {
    const search = new Search(model)
    search.visit(model.graph)
    search.replacement.finish()
    return { node: search.merged }
  },
}

class Search {
  merged = 0
  /** Two results of a size that only the data decides have a symbol each: what follows from one is said in the other's. */
  readonly replacement: Replacement
  readonly #numbers = new Map<Value, number>()

  constructor(model: Model) {
    this.replacement = new Replacement(model)
  }

  visit(graph: Graph, outer?: ScopedMap<string, Node>): void {
    const seen = new ScopedMap(outer)
    for (const node of graph.nodes()) {
      this.replacement.follow(node)
      const key = isMergeable(node) ? this.#key(node) : undefined
      const first = key === undefined ? undefined : seen.get(key)
      if (first) this.#merge(node, first)
      else if (key !== undefined) seen.set(key, node)
      for (const subgraph of node.subgraphs) this.visit(subgraph, seen)
    }
  }

  #merge(node: Node, first: Node): void {
    let used = false
    node.outputs.forEach((output, index) => {
      const twin = first.outputs[index]
      if (!twin || !output.isUsed) return
      used = true
      this.replacement.replace(output, twin)
    })
    if (used) this.merged++
  }

  /** Equal keys, equal results. */
  #key(node: Node): string | undefined {
    const inputs = node.inputs.map((input) => (input ? this.#numberOf(input) : -1))
    if (COMMUTATIVE.has(node.op)) inputs.sort((a, b) => a - b)
    let key = `${node.domain}:${node.op}/${node.outputs.length}(${inputs})`
    const attributes = node.attributes.size > 1 ? [...node.attributes].sort(byName) : node.attributes
    for (const [name, attribute] of attributes) {
      const text = attributeText(attribute)
      if (text === undefined) return undefined
      key += `;${name}=${text}`
    }
    return key
  }

  #numberOf(value: Value): number {
    const known = this.#numbers.get(value)
    if (known !== undefined) return known
    const number = this.#numbers.size
    this.#numbers.set(value, number)
    return number
  }
}

/**
 * Operators of two operands whose order changes no bit of the result. Max and Min are none: of two NaN or of 0 and −0,
 * runtimes give the first.
 */
const COMMUTATIVE: ReadonlySet<string> = new Set([
  'Add',
  'And',
  'BitwiseAnd',
  'BitwiseOr',
  'BitwiseXor',
  'Equal',
  'Mul',
  'Or',
  'Xor',
])

/** onnxruntime wants a DequantizeLinear for each node that it fuses into an integer kernel, and splits shared ones again. */
const KEPT_APART: ReadonlySet<string> = new Set(['DequantizeLinear'])

function isMergeable(node: Node): boolean {
  const schema = schemaOf(node.op, node.domain)
  if (!schema || schema.impure || node.subgraphs.length > 0 || KEPT_APART.has(node.op)) return false
  return node.op !== 'Dropout' || !node.inputs[2] || knownIntegers(node.inputs[2])?.[0] === 0
}

const byName = ([a]: readonly [string, Attribute], [b]: readonly [string, Attribute]): number =>
  a < b ? -1 : 1

/** Longer tensors as attributes are rare, and not compared. */
const COMPARED_BYTES = 256

const numberText = (value: number): string => (Object.is(value, -0) ? '-0' : String(value))

function attributeText({ type, value }: Attribute): string | undefined {
  if (type === 'graph' || type === 'graphs') return undefined
  if (type === 'string' || type === 'strings') return JSON.stringify(value)
  if (type === 'int' || type === 'float') return numberText(value)
  if (type === 'ints' || type === 'floats') return `[${value.map(numberText)}]`
  if (value.dtype === 'string') return undefined
  const bytes = value.bytes()
  if (bytes.byteLength > COMPARED_BYTES) return undefined
  return `${value.dtype}[${value.dims}]${Buffer.from(bytes).toString('base64')}`
}
