import { type Dim, symbolsOf } from '../../dims/index.ts'
import type { Graph } from '../../graph.ts'
import type { Model } from '../../model.ts'
import type { Value } from '../../value.ts'
import type { ValueType } from '../../value-type.ts'

/** Forgets symbols that no value is made of: inference knew better than the file. */
export function dropUnusedSymbols(model: Model): void {
  const used = new Set<string>()
  const seen = new Set<Dim>()
  const note = (dim: Dim) => symbolsOf(dim, used, seen)
  for (const { type, content } of valuesOf(model.graph)) {
    if (type) eachDim(type, note)
    content?.forEach(note)
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

function eachDim(type: ValueType, visit: (dim: Dim) => void): void {
  if (type.kind === 'tensor') type.dims?.forEach(visit)
  else eachDim(type.element, visit)
}
