import {
  type Dim,
  decide,
  floorDiv,
  knownIntegers,
  type Model,
  mul,
  type Node,
  tensorOf,
  type Value,
} from '../../../../graph/index.ts'
import { builderAt } from '../../../match/edit.ts'
import { knownDims } from '../../../match/types.ts'

/** Factors that float32 multiplies any size by exactly. */
const LARGEST_FACTOR = 1024

/**
 * A Resize to computed sizes that are whole multiples of the input's, by constant scales. Only where the sizes are stretched
 * to: with a scale the runtime computes the same positions as with the quotient of sizes that are such multiples.
 */
export function fixedResize(model: Model, node: Node): Value | undefined {
  const [from, sizes] = [knownDims(node.input(0)), node.inputs[3] && knownIntegers(node.inputs[3])]
  const policy = node.attribute('keep_aspect_ratio_policy', 'string') ?? 'stretch'
  const isCropped = node.attribute('coordinate_transformation_mode', 'string') === 'tf_crop_and_resize'
  if (!from || !sizes || node.inputs[3]?.isConstant || policy !== 'stretch' || isCropped) return undefined
  const axes = node.attribute('axes', 'ints') ?? from.map((_, axis) => axis)
  const scales = axes.map((axis, at) => factorOf(model, from.at(axis), sizes[at]))
  if (!scales.every((scale) => scale !== undefined)) return undefined
  const b = builderAt(model, node)
  const { attributes } = node
  const scale = b.constant(tensorOf('float32', [scales.length], scales))
  return b.insert({
    op: 'Resize',
    name: node.name,
    origin: node.origin,
    attributes,
    inputs: [node.input(0), undefined, scale],
    outputs: [{ name: node.output.name, type: node.output.type }],
  }).output
}

function factorOf(model: Model, from: Dim | undefined, to: Dim | undefined): number | undefined {
  if (from === undefined || to === undefined) return undefined
  if (from === to) return 1
  if (from === 0 || !decide(from, '>=', 1, model.facts)) return undefined
  const factor = floorDiv(to, from)
  const isExact =
    typeof factor === 'number' && factor >= 1 && factor <= LARGEST_FACTOR && mul(from, factor) === to
  return isExact ? factor : undefined
}
