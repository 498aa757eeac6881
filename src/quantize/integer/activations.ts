import { createBuilder, type Graph, type Model, type Node, type Value } from '../../graph/index.ts'

/** What DynamicQuantizeLinear gives: uint8 data, float32 scale and uint8 zero point, both scalars. */
export interface QuantizedActivation {
  readonly data: Value
  readonly scale: Value
  readonly zeroPoint: Value
}

/** Activations quantised as the model runs, each once a graph: query, key and value share one. */
export class Activations {
  readonly #model: Model
  readonly #known = new Map<Graph, Map<Value, QuantizedActivation>>()

  constructor(model: Model) {
    this.#model = model
  }

  /** Layers are visited in graph order, so that what the first one places before itself is there for all others. */
  quantized(activation: Value, before: Node): QuantizedActivation {
    const known = this.#known.get(before.graph) ?? new Map<Value, QuantizedActivation>()
    this.#known.set(before.graph, known)
    const found = known.get(activation)
    if (found) return found
    const b = createBuilder(this.#model, { graph: before.graph, before })
    b.origin = before.origin
    const [data, scale, zeroPoint] = b.dynamicQuantizeLinear(activation, {
      name: `${activation.name}.quantized`,
    })
    const made = { data, scale, zeroPoint }
    known.set(activation, made)
    return made
  }
}
