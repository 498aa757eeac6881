import type { Model, Node, Value } from '../../../graph/index.ts'
import { AFFINE_OPERATORS, type Affine, affineOf } from '../../match/affine.ts'
import { supplant } from '../../match/edit.ts'
import { soleUser } from '../../match/uses.ts'
import type { Pass } from '../../pass.ts'
import { LAYER_OPERATORS, type Layer, sharingLayerOf } from './layer.ts'
import { takeBehind, takeBehindAll } from './take.ts'

/**
 * Folds what scales and shifts the results of layers that read one weight into that weight and their biases, where all of
 * them are scaled alike: a network that two images go through, with its normalisations; one head for all levels of a
 * pyramid. What is only added goes into the bias of the one layer.
 */
export const fuseBehindShared: Pass = {
  name: 'fuse-behind-shared',
  level: 'all',
  operators: [AFFINE_OPERATORS, LAYER_OPERATORS],
  run(model) {
    let fused = 0
    for (const layers of sharedLayers(model)) fused += fuseAll(model, layers)
    return { node: fused }
  },
}

/** Layers by the weight that they share. */
function sharedLayers(model: Model): Iterable<readonly Layer[]> {
  const byWeight = new Map<Value, Layer[]>()
  for (const node of model.graph.allNodes()) {
    const layer = isShared(node) ? sharingLayerOf(node) : undefined
    if (!layer) continue
    const weight = node.input(layer.weight)
    const layers = byWeight.get(weight)
    if (layers) layers.push(layer)
    else byWeight.set(weight, [layer])
  }
  return byWeight.values()
}

/** Whether a constant of it has other readers: told first, for most have none. */
const isShared = ({ inputs }: Node): boolean =>
  [inputs[0], inputs[1]].some((input) => input?.isConstant && input.userCount > 1)

/** A layer and the node behind it. */
interface Scaled {
  readonly layer: Layer
  readonly reader: Node
  readonly terms: Affine
}

function fuseAll(model: Model, layers: readonly Layer[]): number {
  const scaled = layers.flatMap((layer) => scaledBehind(layer) ?? [])
  const shifted = scaled.filter(({ terms }) => !terms.scale)
  const taken = shifted.filter(({ layer, terms }) => takeBehind(model, layer, terms))
  for (const { reader, terms } of taken) supplant(reader, terms.x)
  if (shifted.length > 0 || !isWhole(layers, scaled) || !takeBehindAll(model, scaled)) return taken.length
  for (const { reader, terms } of scaled) supplant(reader, terms.x)
  return scaled.length
}

function scaledBehind(layer: Layer): Scaled | undefined {
  const { output, graph } = layer.node
  const reader = soleUser(output)
  const terms = reader?.graph === graph ? affineOf(reader) : undefined
  return reader && terms?.x === output ? { layer, reader, terms } : undefined
}

/** Whether nothing reads the weight but layers that are scaled, all in one graph. */
function isWhole(layers: readonly Layer[], scaled: readonly Scaled[]): boolean {
  const [first] = layers
  if (!first || scaled.length !== layers.length) return false
  const weight = first.node.input(first.weight)
  return (
    weight.userCount === layers.length &&
    weight.outputOf.length === 0 &&
    layers.every(({ node }) => node.graph === first.node.graph)
  )
}
