import type { Model, Node, Value } from '../../../graph/index.ts'
import { AFFINE_OPERATORS, affineOf, operandOf } from '../../match/affine.ts'
import { supplant } from '../../match/edit.ts'
import { soleUser } from '../../match/uses.ts'
import type { Pass } from '../../pass.ts'
import { LAYER_OPERATORS, layerOf } from './layer.ts'
import { takeBefore } from './take.ts'

/**
 * Folds what scales and shifts a layer's input into its weights and bias: `W·(s·x + t) + b` becomes `(W·s)·x + (W·t + b)`.
 *
 * What is added only where a bias takes it and no border is padded: a padded zero has nothing added.
 */
export const fuseAffineBefore: Pass = {
  name: 'fuse-affine-before',
  level: 'all',
  operators: [AFFINE_OPERATORS, LAYER_OPERATORS],
  run(model) {
    let fused = 0
    for (const node of model.graph.allNodes()) if (fuse(model, node)) fused++
    return { node: fused }
  },
}

function fuse(model: Model, node: Node): boolean {
  const operand = operandOf(node)
  const reader = operand && soleUser(node.output)
  if (!reader || reader.graph !== node.graph || endsNormalization(operand)) return false
  const layer = layerOf(reader)
  if (!layer || reader.input(layer.activation) !== node.output) return false
  const affine = affineOf(node)
  if (!affine || !takeBefore(model, layer, affine)) return false
  supplant(node, affine.x)
  return true
}

const COMBINING: ReadonlySet<string> = new Set(['Add', 'Div', 'Mul', 'Sub'])

/**
 * Whether two activations meet right before. `x̂·γ + β` and `x·(1 + erf(x/√2))·½` end in constants, and are worth more as the
 * LayerNormalization and Gelu that the runtime makes of them.
 */
function endsNormalization({ producer }: Value): boolean {
  return !!producer && COMBINING.has(producer.op) && !producer.inputs.some((input) => input?.isConstant)
}
