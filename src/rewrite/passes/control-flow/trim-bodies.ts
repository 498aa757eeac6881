import { type Attribute, inferNode, type Model, type Node } from '../../../graph/index.ts'
import type { Pass } from '../../pass.ts'
import { Replacement } from '../../replacement.ts'
import { removeUnread } from '../clean/eliminate-dead-code.ts'
import { liveStates } from './live-states.ts'
import { loopView } from './loop-view.ts'

/**
 * Takes out of If, Loop and Scan what they compute for nobody: results that are not read, and values that iterations hand on
 * and that serve only themselves. What a Loop hands on unchanged is read from outside of it.
 */
export const trimBodies: Pass = {
  name: 'trim-bodies',
  level: 'basic',
  operators: [['If', 'Loop', 'Scan']],
  run(model) {
    const replacement = new Replacement(model)
    let trimmed = 0
    for (const node of model.graph.allNodes()) {
      replacement.follow(node)
      if (node.domain !== '' || !node.outputs.some((output) => output.isUsed)) continue
      const cut = CUTS.get(node.op)?.(node)
      if (!cut || cut.places.size === 0) continue
      trimmed += cut.places.size
      rebuild(model, node, cut, replacement)
    }
    replacement.finish()
    return { result: trimmed }
  },
}

/** What goes of a node. */
interface Cut {
  /** Places among its outputs. */
  readonly places: ReadonlySet<number>
  /** How many outputs and inputs of the bodies come before those of the places, and how many inputs of the node. */
  readonly bodyOutputsBefore: number
  /** Of a loop, the places below this one are inputs too. */
  readonly states: number
  readonly attributes?: ReadonlyMap<string, Attribute>
}

const CUTS: ReadonlyMap<string, (node: Node) => Cut | undefined> = new Map([
  ['If', cutOfIf],
  ['Loop', cutOfLoop],
  ['Scan', cutOfScan],
])

function cutOfIf(node: Node): Cut {
  return { places: unread(node, 0), bodyOutputsBefore: 0, states: 0 }
}

/** Places of outputs that nobody reads. */
function unread({ outputs }: Node, from: number): Set<number> {
  const places = new Set<number>()
  outputs.forEach((output, place) => {
    if (place >= from && !output.isUsed) places.add(place)
  })
  return places
}

function cutOfLoop(node: Node): Cut | undefined {
  const view = loopView(node)
  if (!view) return undefined
  const states = view.carried.length
  for (const { initial, input, result, final } of view.carried) {
    if (input !== result) continue
    // The same value in every iteration, and after the last.
    input.replaceUsesWith(initial)
    final?.replaceUsesWith(initial)
  }
  const live = liveStates(view)
  const places = unread(node, states)
  for (const place of view.carried.keys()) if (!live.has(place)) places.add(place)
  return { places, bodyOutputsBefore: 1, states }
}

function cutOfScan(node: Node): Cut | undefined {
  const scans = node.attribute('num_scan_inputs', 'int')
  if (scans === undefined) return undefined
  const states = node.inputs.length - scans
  const places = unread(node, states)
  const attributes = new Map<string, Attribute>()
  for (const name of ['scan_output_axes', 'scan_output_directions']) {
    const value = node.attribute(name, 'ints')
    if (value)
      attributes.set(name, { type: 'ints', value: value.filter((_, at) => !places.has(states + at)) })
  }
  return { places, bodyOutputsBefore: 0, states: 0, attributes }
}

/** A node of fewer outputs is another one, which takes over the bodies. */
function rebuild(model: Model, node: Node, cut: Cut, replacement: Replacement): void {
  const { places, bodyOutputsBefore, states } = cut
  const isState = (place: number): boolean => place < states && places.has(place)
  const attributes = new Map([...node.attributes, ...(cut.attributes ?? [])])
  for (const body of node.subgraphs) {
    body.setOutputs(body.outputs.filter((_, index) => !places.has(index - bodyOutputsBefore)))
    removeUnread(body)
    if (states > 0)
      for (const input of body.inputs.filter((_, index) => isState(index - 2))) body.removeInput(input)
  }
  // Or the bodies would go with the node.
  for (const name of [...node.attributes.keys()]) node.removeAttribute(name)
  const kept = node.outputs.filter((_, place) => !places.has(place))
  const made = node.graph.insertBefore(node, {
    op: node.op,
    name: node.name,
    origin: node.origin,
    inputs: node.inputs.filter((_, index) => !isState(index - 2)),
    attributes,
    outputs: kept.map(({ name, type, content }) => ({ name, type, content })),
  })
  inferNode(model, made)
  kept.forEach((output, index) => {
    const twin = made.outputs[index]
    if (twin) replacement.replace(output, twin)
  })
  node.graph.remove(node)
}
