import { type Builder, composites, isFloat, type Model, type Node, type Value } from '../../../graph/index.ts'
import { builderAt, replaced } from '../../match/edit.ts'
import type { Pass } from '../../pass.ts'
import { type Equation, equationOf } from './einsum-equation.ts'

/**
 * Spells an Einsum that is a product of matrices as MatMul, which quantisation and the runtime's fusions know:
 *
 * - of an activation and weights: `abc,cde->abde` is MatMul by weights [c, d·e] and a Reshape of the result;
 * - of two activations where nothing but the last two axes of either trade places: `bhid,bhjd->bhij`;
 * - of one operand: a Transpose or a ReduceSum.
 *
 * Others stay one node: what they would take to lay out, Einsum does as well.
 */
export const einsumToMatMul: Pass = {
  name: 'einsum-to-matmul',
  level: 'all',
  operators: [['Einsum']],
  run(model) {
    let spelled = 0
    for (const node of model.graph.allNodes()) if (replace(model, node)) spelled++
    return { node: spelled }
  },
}

function replace(model: Model, node: Node): boolean {
  if (node.op !== 'Einsum' || node.domain !== '' || !node.output.isUsed) return false
  const equation = equationOf(node)
  const { type } = node.output
  if (!equation || type?.kind !== 'tensor' || !isFloat(type.dtype)) return false
  const b = builderAt(model, node)
  const [left, right] = node.inputs
  if (left && !right) return replaced(node.output, moved(b, left, equation))
  if (!left || !right || node.inputs.length !== 2) return false
  return replaced(node.output, weighted(b, left, right, equation) ?? multiplied(b, left, right, equation))
}

/** One operand: its axes in another order, or summed away. */
function moved(b: Builder, x: Value, { operands: [labels = []], result }: Equation): Value | undefined {
  const kept = labels.filter((label) => result.includes(label))
  if (kept.length === labels.length) return composites.permute(b, x, permutation(labels, result))
  if (kept.join() !== result.join()) return undefined
  const gone = labels.flatMap((label, axis) => (result.includes(label) ? [] : [axis]))
  return b.reduceSum(x, { axes: b.int64s(gone), keepdims: 0 })
}

/** An activation whose last axes are summed, by weights of its own that have no others of its axes. */
function weighted(b: Builder, left: Value, right: Value, equation: Equation): Value | undefined {
  const isRight = right.isConstant
  const [x, w] = isRight ? [left, right] : [right, left]
  if (!w.isConstant || x.isConstant || w.userCount > 1) return undefined
  const [first = [], second = []] = equation.operands
  const [given, weights] = isRight ? [first, second] : [second, first]
  const rows = given.filter((label) => !weights.includes(label))
  const summed = given.filter((label) => weights.includes(label))
  const columns = weights.filter((label) => !given.includes(label))
  const plain = [...rows, ...summed].join() === given.join() && rows.length > 0 && summed.length > 0
  const named = equation.result.slice(rows.length)
  if (!plain || [...rows, ...named].join() !== equation.result.join() || named.length !== columns.length)
    return undefined
  if (!named.every((label) => columns.includes(label))) return undefined
  const sizesOf = (labels: readonly string[]): readonly number[] =>
    labels.map((label) => Number(equation.sizes.get(label)))
  const [inner, outer] = [summed, named].map((labels) =>
    sizesOf(labels).reduce((product, size) => product * size, 1),
  )
  const laid = composites.permute(b, w, permutation(weights, [...summed, ...named]))
  const matrix = composites.reshapeTo(b, laid, [inner ?? 1, outer ?? 1])
  const product = b.matMul(composites.reshapeTo(b, x, [...x.dims.slice(0, rows.length), inner ?? 1]), matrix)
  return composites.reshapeTo(b, product, [...product.dims.slice(0, rows.length), ...sizesOf(named)])
}

/** Two activations: leading axes that both have, then one that is summed and one of its own each. */
function multiplied(b: Builder, left: Value, right: Value, equation: Equation): Value | undefined {
  const { operands, result } = equation
  const batch = result.slice(0, -2)
  const [row, column] = result.slice(-2)
  if (row === undefined || column === undefined) return undefined
  const ofRow = operands.findIndex((labels) => labels.includes(row))
  const [a, c] = ofRow === 0 ? [left, right] : [right, left]
  const [ofA = [], ofC = []] = ofRow === 0 ? operands : operands.toReversed()
  const inner = ofA.find((label) => !result.includes(label))
  if (inner === undefined || ofA.includes(column) || ofC.includes(row)) return undefined
  const [wantedA, wantedC] = [
    [...batch, row, inner],
    [...batch, inner, column],
  ]
  if (!isNear(ofA, wantedA) || !isNear(ofC, wantedC)) return undefined
  const rows = composites.permute(b, a, permutation(ofA, wantedA))
  return b.matMul(rows, composites.permute(b, c, permutation(ofC, wantedC)))
}

/** At most the last two trade places. */
const isNear = (labels: readonly string[], wanted: readonly string[]): boolean =>
  labels.length === wanted.length &&
  wanted.slice(0, -2).every((label, axis) => labels[axis] === label) &&
  wanted.every((label) => labels.includes(label))

const permutation = (labels: readonly string[], wanted: readonly string[]): number[] =>
  wanted.map((label) => labels.indexOf(label))
