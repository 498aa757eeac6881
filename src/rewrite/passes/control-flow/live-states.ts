import type { Graph, Value } from '../../../graph/index.ts'
import type { LoopView } from './loop-view.ts'

/**
 * Places of the carried values of a loop that somebody needs: whose last value is read, or from which another needed value is
 * made. A counter that counts for itself alone is not among them.
 */
export function liveStates({ body, carried, scanned }: LoopView): ReadonlySet<number> {
  const live = new Set<number>()
  const seen = new Set<Value>()
  const open: Value[] = []
  const places = new Map(carried.map(({ input }, place) => [input, place]))
  const keep = (place: number): void => {
    const result = carried[place]?.result
    if (live.has(place) || !result) return
    live.add(place)
    open.push(result)
  }
  const [condition] = body.outputs
  if (condition) open.push(condition.value)
  for (const { element, stacked } of scanned) if (stacked?.isUsed) open.push(element)
  for (const [place, { final }] of carried.entries()) if (final?.isUsed) keep(place)
  for (let value = open.pop(); value; value = open.pop()) {
    if (seen.has(value)) continue
    seen.add(value)
    const place = places.get(value)
    if (place !== undefined) keep(place)
    const { producer } = value
    if (producer?.graph !== body) continue
    for (const input of producer.inputs) if (input) open.push(input)
    for (const subgraph of producer.subgraphs) open.push(...readWithin(subgraph))
  }
  return live
}

/** Every value that a subgraph reads or returns, its own included. */
function readWithin(graph: Graph): readonly Value[] {
  const read = graph.outputs.map(({ value }) => value)
  for (const node of graph.nodes()) {
    for (const input of node.inputs) if (input) read.push(input)
    for (const subgraph of node.subgraphs) read.push(...readWithin(subgraph))
  }
  return read
}
