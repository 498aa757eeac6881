import type { Where } from '../errors/index.ts'
import { cloneGraph } from './clone.ts'
import { DEFAULT_FACTS, type Dim, dimKey, type SymbolFacts, symbol } from './dims/index.ts'
import { Graph } from './graph.ts'

/**
 * The opset that every front end emits and every pass expects, for the default domain.
 * onnxruntime-web 1.30 loads up to 26; WebGPU runs the most operators of this one: docs/opset.md.
 */
export const CANONICAL_OPSET = 21

/** com.microsoft operators have no versions to speak of. */
export const CONTRIB_DOMAIN = 'com.microsoft'

/** What a dim has to be, for the operators that use it to mean what their results' dims say. */
export interface Requirement {
  readonly dim: Dim
  /** `==`: one of the sizes. `>=`: at least as large as one of them. */
  readonly relation: '==' | '>='
  readonly sizes: readonly Dim[]
  /** The operator that asks for it. */
  readonly where: Where | undefined
}

/** A graph with what belongs to it as a whole. */
export class Model {
  readonly graph: Graph
  /** Domain → version; '' is ai.onnx. */
  readonly opsets: Map<string, number>
  /** What is known of each symbol that dims are made of. */
  readonly facts: Map<string, SymbolFacts>
  /** `metadata_props` of the ONNX file: guards, provenance. */
  readonly metadata: Map<string, string>
  /** Symbols that only the data decides, made by `unbackedDim`. */
  readonly unbacked: Set<string>
  readonly #requirements = new Map<string, Requirement>()
  #fresh = 0

  constructor(graph = new Graph()) {
    this.graph = graph
    this.opsets = new Map([['', CANONICAL_OPSET]])
    this.facts = new Map()
    this.metadata = new Map()
    this.unbacked = new Set()
  }

  /**
   * A dim that a user may vary.
   *
   * @example model.dynamicDim('N', { min: 1, max: 64, hint: 2 })
   */
  dynamicDim(name: string, facts: Partial<SymbolFacts> = {}): Dim {
    this.facts.set(name, { ...DEFAULT_FACTS, ...this.facts.get(name), ...facts })
    return symbol(name)
  }

  /** A dim that only the data decides (the length of NonZero's result): no hint, and it may be 0. */
  unbackedDim(max = Number.POSITIVE_INFINITY): Dim {
    let name = `u${this.#fresh++}`
    while (this.facts.has(name)) name = `u${this.#fresh++}`
    this.facts.set(name, { min: 0, max })
    this.unbacked.add(name)
    return symbol(name)
  }

  /** Notes what inference took to hold of a symbolic dim: it met a number, and its result has that number. */
  require(requirement: Requirement): void {
    const { dim, relation, sizes, where } = requirement
    const key = [dimKey(dim), relation, ...sizes.map(dimKey), where?.file, where?.line].join(' ')
    if (!this.#requirements.has(key)) this.#requirements.set(key, requirement)
  }

  get requirements(): readonly Requirement[] {
    return [...this.#requirements.values()]
  }

  /** An independent graph that shares tensors and dims: several targets fork one model. */
  clone(): Model {
    const copy = new Model(cloneGraph(this.graph))
    copy.opsets.clear()
    for (const [domain, version] of this.opsets) copy.opsets.set(domain, version)
    for (const [name, facts] of this.facts) copy.facts.set(name, facts)
    for (const [key, value] of this.metadata) copy.metadata.set(key, value)
    for (const name of this.unbacked) copy.unbacked.add(name)
    for (const [key, requirement] of this.#requirements) copy.#requirements.set(key, requirement)
    copy.#fresh = this.#fresh
    return copy
  }
}
