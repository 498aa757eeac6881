import {
  createBuilder,
  type Graph,
  inlineGraph,
  type Model,
  type Node,
  type Value,
} from '../../../graph/index.ts'

/** As `inlineGraph`, with the body's constants made the main graph's. */
export function inlineBody(
  model: Model,
  body: Graph,
  anchor: Node,
  seen: Map<Value, Value>,
): ReturnType<typeof inlineGraph> {
  const b = createBuilder(model, { graph: anchor.graph, before: anchor })
  for (const constant of body.initializers)
    if (constant.tensor) seen.set(constant, b.constant(constant.tensor, constant.name))
  return inlineGraph(body, anchor, seen)
}
