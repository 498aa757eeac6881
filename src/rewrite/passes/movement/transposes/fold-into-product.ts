import {
  type Dim,
  elementCount,
  type Model,
  type Node,
  product,
  reshapedTensor,
  type Tensor,
} from '../../../../graph/index.ts'
import { builderAt, discard } from '../../../match/edit.ts'
import { transposedTensor } from '../../../match/transposed-tensor.ts'
import { isSameType, knownDims } from '../../../match/types.ts'
import { producerOf, soleUser } from '../../../match/uses.ts'
import type { Pass } from '../../../pass.ts'
import { inverse, isIdentity, type Perm, permOf } from './perm.ts'

/**
 * A Transpose before the flattening and the constant matrix that a network ends with goes into the order of the matrix's
 * rows, which are moved when the model is written.
 *
 * @example Gemm(Reshape(Transpose(x [N, 8, 4, 4], to channels last), [N, 128]), W) // Gemm(Reshape(x, [N, 128]), W′)
 */
export const foldIntoProduct: Pass = {
  name: 'fold-transpose-into-product',
  level: 'all',
  operators: [['Transpose'], ['Gemm', 'MatMul']],
  run(model) {
    let folded = 0
    for (const node of model.graph.allNodes())
      if ((node.op === 'Gemm' || node.op === 'MatMul') && node.domain === '' && fold(model, node)) folded++
    return { transpose: folded }
  },
}

function fold(model: Model, node: Node): boolean {
  const flatten = producerOf(node.input(0), 'Reshape', node) ?? producerOf(node.input(0), 'Flatten', node)
  const turning = flatten && producerOf(flatten.input(0), 'Transpose', node)
  const perm = turning && permOf(turning)
  if (!perm || soleUser(flatten.output) !== node || soleUser(turning.output) !== flatten) return false
  const [from, to] = [knownDims(turning.output), knownDims(flatten.output)]
  const kept = from && to ? keptAxes(from, to) : undefined
  const weight = node.input(1)
  if (
    kept === undefined ||
    !from ||
    !weight.tensor ||
    soleUser(weight) !== node ||
    knownDims(weight)?.length !== 2
  )
    return false
  // The axes in front stay where they are, and those that are flattened are moved among themselves.
  if (!isIdentity(perm.slice(0, kept)) || node.attribute('transA', 'int') === 1) return false
  const inner = from.slice(kept)
  const moved = inner.every((dim) => typeof dim === 'number')
    ? movedRows(
        weight.tensor,
        inner,
        perm.slice(kept).map((axis) => axis - kept),
        node.attribute('transB', 'int') === 1,
      )
    : undefined
  if (!moved) return false
  const b = builderAt(model, node)
  const target = flatten.op === 'Reshape' ? flatten.input(1) : undefined
  const name = flatten.output.name
  const source = turning.input(0)
  const flat = target
    ? b.reshape(source, target, { allowzero: flatten.attribute('allowzero', 'int'), name })
    : b.flatten(source, { axis: kept, name })
  if (!isSameType(flat, flatten.output)) {
    discard(flat)
    return false
  }
  node.setInput(0, flat)
  node.setInput(1, b.constant(moved, weight.name))
  return true
}

/** How many axes a flattening leaves, if it joins all others to the last one. */
function keptAxes(from: readonly Dim[], to: readonly Dim[]): number | undefined {
  const kept = to.length - 1
  const isKept =
    kept >= 1 && from.length > to.length && to.every((dim, axis) => axis === kept || dim === from[axis])
  return isKept && product(from.slice(kept)) === to[kept] ? kept : undefined
}

/** The rows of a matrix (its columns, when it is given turned round) in the order before the Transpose. */
function movedRows(
  weight: Tensor,
  turned: readonly number[],
  perm: Perm,
  isTurned: boolean,
): Tensor | undefined {
  const rows = elementCount(turned)
  const columns = elementCount(weight.dims) / rows
  const split = isTurned ? [columns, ...turned] : [...turned, columns]
  const back = inverse(perm)
  const order = isTurned ? [0, ...back.map((axis) => axis + 1)] : [...back, perm.length]
  const moved = transposedTensor(reshapedTensor(weight, split), order)
  return moved && reshapedTensor(moved, weight.dims)
}
