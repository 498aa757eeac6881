import { ModelError } from '../../../errors/index.ts'
import type { Graph } from '../../graph.ts'
import { inferNode } from '../../inference/infer.ts'
import { CANONICAL_OPSET, type Model } from '../../model.ts'
import type { Node } from '../../node.ts'
import { schemaOf } from '../../ops/registry.ts'
import { type Adapter, OldCall } from './adapter.ts'
import { ADAPTERS } from './index.ts'
import { NEUTRAL_ATTRIBUTES, NEWEST_OPSET } from './newest.ts'
import { Refusals } from './refusals.ts'
import { dropUnusedSymbols } from './unused-symbols.ts'

/** Before opset 6, operators said which inputs may be overwritten. */
const OVERWRITES = { attribute: 'consumed_inputs', below: 6 }

const adapters = new Map<string, Adapter>(ADAPTERS.map((adapter) => [adapter.op, adapter]))

/**
 * Brings a model as it was read to the canonical opset, in place, and infers its types. Operators of other domains are
 * kept as they are.
 *
 * @throws ModelError UNSUPPORTED_OPSET or UNSUPPORTED_OPERATOR naming every node that has no canonical form; INVALID_NODE
 * where a node does not fit its operator.
 * @example const model = readModel(source); adaptModel(model)
 */
export function adaptModel(model: Model): void {
  const opset = model.opsets.get('') ?? CANONICAL_OPSET
  if (opset < 1 || opset > NEWEST_OPSET)
    throw new ModelError('UNSUPPORTED_OPSET', {
      what: `The model is of ONNX opset ${opset}; 1 to ${NEWEST_OPSET} can be read`,
      next: `Export it again at opset ${CANONICAL_OPSET}`,
    })
  const declared = model.graph.outputs.map(({ value }) => value.type)
  new ModelAdapter(model, opset).run()
  model.opsets.set('', CANONICAL_OPSET)
  model.graph.outputs.forEach(({ value }, index) => {
    if (!value.type) value.type = declared[index]
  })
  dropUnusedSymbols(model)
}

class ModelAdapter {
  readonly #model: Model
  readonly #opset: number
  readonly #refusals = new Refusals()
  /** Unbacked symbols that inference has handed out: see `inferNode`. */
  readonly #claimed = new Set<string>()

  constructor(model: Model, opset: number) {
    this.#model = model
    this.#opset = opset
  }

  run(): void {
    this.#adaptGraph(this.#model.graph)
    this.#refusals.throwIfAny(this.#opset)
  }

  #adaptGraph(graph: Graph): void {
    for (const node of graph.nodes()) {
      for (const subgraph of node.subgraphs) this.#adaptGraph(subgraph)
      if (node.domain === '') this.#refusals.collect(() => this.#adaptNode(node))
      if (node.attached) this.#infer(node)
    }
  }

  #adaptNode(node: Node): void {
    const adapter = adapters.get(node.op)
    if (!adapter && !schemaOf(node.op)) {
      this.#refusals.addUnknown(node)
      return
    }
    if (this.#opset < OVERWRITES.below) node.removeAttribute(OVERWRITES.attribute)
    if (adapter && this.#opset < adapter.below) this.#apply(adapter, node)
    if (node.attached) this.#dropNeutral(node)
  }

  #apply(adapter: Adapter, node: Node): void {
    const call = new OldCall(this.#model, node, this.#opset, (made) => this.#infer(made))
    const results = adapter.adapt(call)
    if (!results) return
    results.forEach((result, index) => {
      const output = node.outputs[index]
      if (!output) return
      if (!node.inputs.includes(result)) result.name = output.name
      output.replaceUsesWith(result)
    })
    node.graph.remove(node)
  }

  #dropNeutral(node: Node): void {
    const declared = schemaOf(node.op)?.attributes ?? {}
    for (const [name, { value }] of node.attributes) {
      if (Object.hasOwn(declared, name)) continue
      if (NEUTRAL_ATTRIBUTES.get(`${node.op}.${name}`) === value) node.removeAttribute(name)
      else this.#refusals.addAttribute(node, name)
    }
  }

  /**
   * Types come early because some adapters look at ranks. In a subgraph they may be wrong still (a loop's are known only
   * once its body is), or a branch may never be taken: there, what the node that owns it infers decides.
   */
  #infer(node: Node): void {
    if (this.#refusals.any) return
    if (!node.graph.owner) inferNode(this.#model, node, this.#claimed)
    else {
      try {
        inferNode(this.#model, node)
      } catch (error) {
        if (!(error instanceof ModelError)) throw error
      }
    }
  }
}
