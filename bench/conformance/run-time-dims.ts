import { type EngineTensor, isEngineDType } from '../../src/engine/index.ts'
import {
  type Dim,
  evaluate,
  type Graph,
  type Model,
  symbolName,
  typeText,
  type Value,
} from '../../src/graph/index.ts'

/** Gives every tensor of the main graph that the engine can hand out an output, so that a run tells what each is. */
export function exposeValues(model: Model): void {
  const { graph } = model
  const names = new Set(graph.outputs.map(({ name }) => name))
  const exposed = new Set(graph.outputs.map(({ value }) => value))
  for (const value of producedBy(graph)) {
    if (exposed.has(value) || value.type?.kind !== 'tensor' || !isEngineDType(value.type.dtype)) continue
    let name = `value_${names.size}`
    while (names.has(name)) name = `${name}_`
    names.add(name)
    graph.addOutput(name, value)
  }
}

function* producedBy(graph: Graph): Generator<Value> {
  for (const node of graph.nodes()) for (const output of node.outputs) if (output.isUsed) yield output
}

/** What one run has found the symbols to be: one size each. */
export class Bindings {
  readonly #sizes = new Map<string, number>()

  /** Problems of what was inferred beside what came; `name` is for the text. */
  check(name: string, value: Value, got: Pick<EngineTensor, 'dtype' | 'dims' | 'data'>): string[] {
    const { type, content } = value
    if (type?.kind !== 'tensor') return []
    const said = `${name} was inferred as ${typeText(type)} and is ${got.dtype}[${got.dims}]`
    if (type.dtype !== got.dtype) return [said]
    if (!type.dims) return []
    if (type.dims.length !== got.dims.length) return [said]
    if (!type.dims.every((dim, axis) => this.#agrees(dim, got.dims[axis] ?? 0))) return [said]
    const wrong = content?.findIndex((dim, at) => !this.#agrees(dim, Number(got.data[at]))) ?? -1
    return wrong < 0 ? [] : [`element ${wrong} of ${name} was inferred otherwise, and is ${got.data[wrong]}`]
  }

  /** A symbol met for the first time is what the run says; an expression of such is not checked until all are. */
  #agrees(dim: Dim, size: number): boolean {
    const symbol = symbolName(dim)
    if (symbol !== undefined && !this.#sizes.has(symbol)) {
      this.#sizes.set(symbol, size)
      return true
    }
    const inferred = evaluate(dim, this.#sizes)
    return inferred === undefined || inferred === size
  }
}
