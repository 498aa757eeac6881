import { ModelError } from '../../../errors/index.ts'
import type { Graph } from '../../graph.ts'
import { inferNode } from '../../inference/infer.ts'
import { CANONICAL_OPSET, CONTRIB_DOMAIN, type Model } from '../../model.ts'
import type { Node } from '../../node.ts'
import { schemaOf } from '../../ops/registry.ts'
import { notedOpset } from '../node-opset.ts'
import { type Adapter, OldCall } from './adapter.ts'
import { ADAPTERS } from './index.ts'
import { NEUTRAL_ATTRIBUTES, NEWEST_OPSET } from './newest.ts'
import { Refusals } from './refusals.ts'
import { dropUnusedSymbols } from './unused-symbols.ts'

/** Domains besides the default one that onnxruntime-web has operators of; a page cannot bring its own. */
const RUNNABLE_DOMAINS: ReadonlySet<string> = new Set([CONTRIB_DOMAIN, 'ai.onnx.ml'])

/** Before opset 6, operators said which inputs may be overwritten. */
const OVERWRITES = { attribute: 'consumed_inputs', below: 6 }

const adapters = new Map<string, Adapter>(ADAPTERS.map((adapter) => [adapter.op, adapter]))

/**
 * Brings a model as it was read to the canonical opset, in place, and infers its types. Operators of onnxruntime's own
 * domain and of ai.onnx.ml are kept as they are.
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
      if (this.#opsetOf(node) > CANONICAL_OPSET) this.#typeSubgraphs(node)
      for (const subgraph of node.subgraphs) this.#adaptGraph(subgraph)
      if (node.domain === '') this.#refusals.collect(() => this.#adaptNode(node))
      else if (!RUNNABLE_DOMAINS.has(node.domain)) this.#refusals.addUnknown(node)
      if (node.attached) this.#infer(node)
    }
  }

  #opsetOf(node: Node): number {
    return notedOpset(node) ?? this.#opset
  }

  /**
   * Newer operators are built with types, also in a loop's body, whose inputs get theirs from the loop. Older forms must not
   * be inferred before they are adapted; files of newer opsets have none.
   */
  #typeSubgraphs(node: Node): void {
    if (node.subgraphs.length === 0) return
    for (const subgraph of node.subgraphs) forgetUndeclared(subgraph)
    tolerate(() => inferNode(this.#model, node))
  }

  #adaptNode(node: Node): void {
    const adapter = adapters.get(node.op)
    if (!adapter && !schemaOf(node.op)) {
      this.#refusals.addUnknown(node)
      return
    }
    const opset = this.#opsetOf(node)
    if (opset < OVERWRITES.below) node.removeAttribute(OVERWRITES.attribute)
    if (adapter && opset < adapter.below) this.#apply(adapter, node)
    if (node.attached) this.#dropNeutral(node)
  }

  #apply(adapter: Adapter, node: Node): void {
    const call = new OldCall(this.#model, node, this.#opsetOf(node), (made) => this.#infer(made))
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
    else tolerate(() => inferNode(this.#model, node))
  }
}

/** What files say of operators that are to be replaced is often less than what follows, and a loop would keep the less. */
function forgetUndeclared(graph: Graph): void {
  for (const node of graph.allNodes())
    if (node.domain === '' && !schemaOf(node.op)) for (const output of node.outputs) output.type = undefined
}

/** Runs what may fail on a model that is not adapted yet. */
function tolerate(infer: () => void): void {
  try {
    infer()
  } catch (error) {
    if (!(error instanceof ModelError)) throw error
  }
}
