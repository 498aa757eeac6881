import type { Model, Node, Value } from '../../../graph/index.ts'
import { constantNumber } from '../../match/constants.ts'
import { builderAt, replaced } from '../../match/edit.ts'
import { gainsBy } from '../../match/fused.ts'
import { isSameType } from '../../match/types.ts'
import { isReadOnlyBy, producerOf } from '../../match/uses.ts'
import type { Pass } from '../../pass.ts'

/**
 * Puts ReduceSumSquare for the sum of x² (by Mul or Pow) and ReduceL2 for the root of that: the length of a vector, as
 * normalised embeddings and cosine similarities write it.
 *
 * @example sqrt(reduceSum(x·x, axes)) // ReduceL2(x, axes)
 */
export const recogniseSquareSums: Pass = {
  name: 'recognise-square-sums',
  level: 'all',
  run(model, { target }) {
    let recognised = 0
    for (const node of model.graph.allNodes()) {
      const found = node.domain === '' && node.output.isUsed ? FORMS[node.op]?.(node) : undefined
      if (!found || !gainsBy(target, found.op, found.x)) continue
      if (replaced(node.output, reduced(model, node, found))) recognised++
    }
    return { reduction: recognised }
  },
}

/** The operator that stands for `reduction` of something made of x. */
interface Found {
  readonly op: 'ReduceSumSquare' | 'ReduceL2'
  readonly x: Value
  readonly reduction: Node
}

const FORMS: { readonly [op: string]: (node: Node) => Found | undefined } = {
  ReduceSum: squareSum,
  Sqrt: length,
  Pow: (node) => (constantNumber(node.inputs[1]) === 0.5 ? length(node) : undefined),
}

function squareSum(reduction: Node): Found | undefined {
  const square = reduction.input(0)
  if (reduction.attribute('noop_with_empty_axes', 'int') === 1 || !isReadOnlyBy(square, reduction))
    return undefined
  const x = baseOf(square, reduction)
  return x && { op: 'ReduceSumSquare', x, reduction }
}

/** x of x·x and x². */
function baseOf(square: Value, reader: Node): Value | undefined {
  const product = producerOf(square, 'Mul', reader)
  if (product) return product.input(0) === product.input(1) ? product.input(0) : undefined
  const power = producerOf(square, 'Pow', reader)
  if (!power || constantNumber(power.inputs[1]) !== 2) return undefined
  return isSameType(square, power.input(0)) ? power.input(0) : undefined
}

function length(root: Node): Found | undefined {
  const sum = root.input(0)
  const reduction = producerOf(sum, 'ReduceSumSquare', root)
  if (!reduction || !isReadOnlyBy(sum, root)) return undefined
  return { op: 'ReduceL2', x: reduction.input(0), reduction }
}

/** Of the same axes, by an input or all of them. */
function reduced(model: Model, node: Node, { op, x, reduction }: Found): Value {
  const b = builderAt(model, node)
  const { name, type } = node.output
  const { attributes, inputs } = reduction
  return b.insert({
    op,
    name: node.name,
    origin: node.origin,
    inputs: [x, ...inputs.slice(1)],
    attributes,
    outputs: [{ name, type }],
  }).output
}
