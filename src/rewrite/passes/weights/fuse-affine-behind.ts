import type { Model, Node } from '../../../graph/index.ts'
import { AFFINE_OPERATORS, type Affine, affineOf, composed, operandOf } from '../../match/affine.ts'
import { axisBefore } from '../../match/axes.ts'
import { builderAt, supplant } from '../../match/edit.ts'
import { isReadOnlyBy } from '../../match/uses.ts'
import type { Pass } from '../../pass.ts'
import { LAYER_OPERATORS, type Layer, layerOf } from './layer.ts'
import { alongAxis } from './spelling.ts'
import { takeBehind } from './take.ts'

/**
 * Folds what scales and shifts the output channels of a layer into its weights and bias: BatchNormalization, and Mul, Div, Add
 * and Sub of constants, in chains, behind Transposes and Reshapes that keep the channels together too.
 *
 *     y = s·(W·x + b) + t   becomes   y = (s·W)·x + (s·b + t)
 *
 * In double precision, and rounded once. Nothing of W is read until the model is written. Only where nothing else reads the
 * result or the weights: shared ones would be stored twice.
 */
export const fuseAffineBehind: Pass = {
  name: 'fuse-affine-behind',
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
  if (!operand?.producer || !isReadOnlyBy(operand, node)) return false
  const affine = affineOf(node)
  const base = affine && baseOf(node, affine)
  const layer = base && layerOf(base.node)
  if (layer && takeBehind(model, layer, { ...affine, axis: base.axis })) {
    supplant(node, affine.x)
    return true
  }
  if (layer) return leaveSum(model, node, affine, layer)
  return base ? moveThroughSum(model, node, affine, base) : false
}

/** A node that what it gives, scaled, could be made of; and the axis of its result that `axis` is there. */
interface Base {
  readonly node: Node
  readonly axis: number | undefined
}

/** Transposes and Reshapes to look behind. */
const MAX_MOVES = 4

function baseOf(reader: Node, { x, axis }: Affine): Base | undefined {
  let [value, at, by] = [x, axis, reader]
  for (let moves = 0; moves <= MAX_MOVES; moves++) {
    const { producer } = value
    if (!producer || producer.graph !== reader.graph || !isReadOnlyBy(value, by)) return undefined
    const before = at === undefined ? undefined : axisBefore(producer, at)
    if (before === undefined) return { node: producer, axis: at }
    ;[value, at, by] = [producer.input(0), before, producer]
  }
  return undefined
}

/** A layer without a bias takes the factors alone: of a normalisation, a sum is left. */
function leaveSum(model: Model, node: Node, affine: Affine, layer: Layer): boolean {
  const { axis, scale, shift, x } = affine
  if (!scale || !shift || layer.takesBias || x !== layer.node.output) return false
  if (!takeBehind(model, layer, { axis, scale, shift: undefined })) return false
  const b = builderAt(model, node)
  supplant(node, b.add(x, alongAxis(b, shift, { axis, like: x }), { name: node.name }))
  return true
}

/** `s·(W·x + b)` of a layer without a bias: the factors go through the sum into the weights. */
function moveThroughSum(model: Model, node: Node, affine: Affine, base: Base): boolean {
  const sum = affineOf(base.node)
  const layer = layerOf(sum?.x.producer)
  if (!sum || sum.scale || !layer || layer.node.graph !== node.graph) return false
  if (!isReadOnlyBy(layer.node.output, base.node)) return false
  const both = composed(sum, { ...affine, axis: base.axis })
  if (!both?.shift || !takeBehind(model, layer, { ...both, shift: undefined })) return false
  const b = builderAt(model, base.node)
  const added = b.add(sum.x, alongAxis(b, both.shift, { axis: both.axis, like: sum.x }), {
    name: base.node.name,
  })
  supplant(base.node, added)
  supplant(node, affine.x === base.node.output ? added : affine.x)
  return true
}
