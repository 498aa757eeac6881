import type { Graph, Model, Node } from '../../../../graph/index.ts'
import { builderAt, replaced } from '../../../match/edit.ts'
import { producerOf } from '../../../match/uses.ts'
import type { Pass } from '../../../pass.ts'
import { Appraisal } from './appraisal.ts'
import { RegionMover } from './move-region.ts'
import { composed, isIdentity, permOf } from './perm.ts'
import { findRegions, type Layouts, type Region } from './regions.ts'
import { sizesOf } from './sizes.ts'

/**
 * Takes out Transposes: two in a row are one or none, and what stands between a Transpose and the one that undoes it works
 * on the other order of axes. So of a network that was written for images with channels last, and convolved with channels
 * first, a Transpose is left at either end.
 *
 * Only where fewer Transposes are left, or as many that move fewer elements.
 */
export const pushTransposes: Pass = {
  name: 'push-transposes',
  level: 'all',
  operators: [['Transpose']],
  run(model) {
    let merged = 0
    for (const node of model.graph.allNodes())
      if (node.op === 'Transpose' && node.domain === '' && node.output.isUsed && merge(model, node)) merged++
    return { transpose: merged, node: pushAll(model, model.graph) }
  },
}

function merge(model: Model, node: Node): boolean {
  const first = producerOf(node.input(0), 'Transpose')
  const [one, two] = [first && permOf(first), permOf(node)]
  if (!first || !one || !two) return false
  const perm = composed(one, two)
  const source = first.input(0)
  return replaced(
    node.output,
    isIdentity(perm) ? source : builderAt(model, node).transpose(source, { perm, name: node.output.name }),
  )
}

function pushAll(model: Model, graph: Graph): number {
  let moved = push(model, graph)
  for (const node of graph.nodes()) for (const subgraph of node.subgraphs) moved += pushAll(model, subgraph)
  return moved
}

function push(model: Model, graph: Graph): number {
  const { regions, layouts } = findRegions(graph)
  if (regions.size === 0) return 0
  const order = new Map<Node, number>()
  for (const node of graph.nodes()) order.set(node, order.size)
  const sizeOf = sizesOf(model)
  const chosen = new Set<Region>()
  const waiting = new Set<Region>()
  for (const region of regions) {
    if (waiting.has(region) || !new Appraisal(region, layouts, sizeOf).isWorthMoving(order)) continue
    chosen.add(region)
    for (const neighbour of neighboursOf(region, layouts)) waiting.add(neighbour)
  }
  return chosen.size === 0 ? 0 : new RegionMover(model, layouts, chosen).run(graph)
}

/** Regions that a Transpose joins to this one: what is saved there is another thing once this one has moved. */
function* neighboursOf(region: Region, layouts: Layouts): Generator<Region> {
  for (const node of region.transposes) {
    const before = layouts.get(node.input(0))
    if (before) yield before.region
  }
  for (const node of region.moves.keys()) {
    for (const output of node.outputs) {
      for (const user of output.users) {
        const behind = user.op === 'Transpose' ? layouts.get(user.output) : undefined
        if (behind && behind.region !== region) yield behind.region
      }
    }
  }
}
