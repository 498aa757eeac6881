import type { Builder, Model, Node, Value } from '../../../graph/index.ts'
import type { TargetCapabilities } from '../../../targets/index.ts'
import { builderAt } from '../../match/edit.ts'
import { gainsBy } from '../../match/fused.ts'
import type { Pass } from '../../pass.ts'
import { Affine } from './normalizations/affine.ts'
import { type Match, matchesOf } from './normalizations/matches.ts'

/**
 * Puts LayerNormalization, InstanceNormalization and SimplifiedLayerNormalization (RMS) for what exporters write out:
 * x·(σ² + ε)^−½ with or without the mean taken off, in every spelling (Div by Sqrt, Reciprocal, Pow −½; TensorFlow's
 * x·r + (β − μ·r)), with or without scale and shift.
 */
export const recogniseNormalizations: Pass = {
  name: 'recognise-normalizations',
  level: 'all',
  run(model, { target }) {
    let recognised = 0
    for (const node of model.graph.allNodes()) {
      if (node.domain !== '' || !ROOTS.has(node.op)) continue
      if (matchesOf(node).some((match) => replace(model, target, match))) recognised++
    }
    return { normalisation: recognised }
  },
}

const ROOTS = new Set(['Sqrt', 'Pow'])

function replace(model: Model, target: TargetCapabilities, match: Match): boolean {
  const { x, mean, axes, result, scale, shift } = match
  const root = result.producer
  if (!root) return false
  const trailing = axes.every((axis, index) => axis === x.rank - axes.length + index)
  if (!trailing) return false
  const rows = new Affine(x)
  const gamma = rows.along(axes, scale, 1)
  if (!mean) {
    if (shift || !gamma || !gainsBy(target, 'SimplifiedLayerNormalization', x)) return false
    return put(model, match, root, (b) => {
      const attributes = { axis: x.rank - axes.length, epsilon: match.epsilon, name: result.name }
      return b.simplifiedLayerNormalization(x, b.constant(gamma, scale?.name), attributes)
    })
  }
  const beta = shift ? rows.along(axes, shift, 0) : undefined
  const perChannel = axes.length === x.rank - 2 && x.rank > 2 ? rows.channels(scale, shift) : undefined
  if (perChannel && gainsBy(target, 'InstanceNormalization', x)) {
    return put(model, match, root, (b) =>
      b.instanceNormalization(
        x,
        b.constant(perChannel.scale, scale?.name),
        b.constant(perChannel.shift, shift?.name),
        {
          epsilon: match.epsilon,
          name: result.name,
        },
      ),
    )
  }
  if (!gamma || (shift && !beta) || !gainsBy(target, 'LayerNormalization', x)) return false
  return put(model, match, root, (b) =>
    b.layerNormalization(x, b.constant(gamma, scale?.name), {
      B: beta && b.constant(beta, shift?.name),
      axis: x.rank - axes.length,
      epsilon: match.epsilon,
      name: result.name,
    }),
  )
}

function put(model: Model, { result }: Match, root: Node, build: (b: Builder) => Value): boolean {
  result.replaceUsesWith(build(builderAt(model, root)))
  return true
}
