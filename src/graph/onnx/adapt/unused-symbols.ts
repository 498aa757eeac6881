import { symbolsOf } from '../../dims/index.ts'
import type { Graph } from '../../graph.ts'
import type { Model } from '../../model.ts'
import type { Value } from '../../value.ts'
import type { ValueType } from '../../value-type.ts'

/** Forgets symbols that no value is made of: inference knew better than the file. */
export function dropUnusedSymbols(model: Model): void {
  const used = new Set<string>()
  for (const value of valuesOf(model.graph)) {
    symbolsOfType(value.type, used)
    for (const dim of value.content ?? []) symbolsOf(dim, used)
  }
  for (const name of model.facts.keys()) {
    if (used.has(name)) continue
    model.facts.delete(name)
    model.unbacked.delete(name)
  }
}

function* valuesOf(graph: Graph): Generator<Value> {
  yield* graph.inputs
  for (const node of graph.nodes()) {
    yield* node.outputs
    for (const subgraph of node.subgraphs) yield* valuesOf(subgraph)
  }
}

function symbolsOfType(type: ValueType | undefined, used: Set<string>): void {
  if (type?.kind === 'tensor') for (const dim of type.dims ?? []) symbolsOf(dim, used)
  else if (type) symbolsOfType(type.element, used)
}
