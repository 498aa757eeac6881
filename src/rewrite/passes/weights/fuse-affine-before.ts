import type { Model, Node, Value } from '../../../graph/index.ts'
import { affineOf } from '../../match/affine.ts'
import { soleUser } from '../../match/uses.ts'
import type { Pass } from '../../pass.ts'
import { layerOf } from './layer.ts'
import { takeBefore } from './take.ts'

/**
 * Folds what scales and shifts a layer's input into its weights and bias: `W·(s·x + t) + b` becomes `(W·s)·x + (W·t + b)`.
 *
 * What is added only where a bias takes it and no border is padded: a padded zero has nothing added.
 */
export const fuseAffineBefore: Pass = {
  name: 'fuse-affine-before',
  level: 'all',
  run(model) {
    let fused = 0
    for (const node of model.graph.allNodes()) if (fuse(model, node)) fused++
    return { node: fused }
  },
}

function fuse(model: Model, node: Node): boolean {
  const affine = node.output.isUsed ? affineOf(node) : undefined
  const reader = soleUser(node.output)
  if (!affine || reader?.graph !== node.graph || endsNormalization(affine.x)) return false
  const layer = layerOf(reader)
  return (
    layer !== undefined && reader.input(layer.activation) === node.output && takeBefore(model, layer, affine)
  )
}

const COMBINING: ReadonlySet<string> = new Set(['Add', 'Div', 'Mul', 'Sub'])

/**
 * Whether two activations meet right before. `x̂·γ + β` and `x·(1 + erf(x/√2))·½` end in constants, and are worth more as the
 * LayerNormalization and Gelu that the runtime makes of them.
 */
function endsNormalization({ producer }: Value): boolean {
  return !!producer && COMBINING.has(producer.op) && !producer.inputs.some((input) => input?.isConstant)
}
