import { isFloat, type Model, type Node, type Value } from '../../../graph/index.ts'
import { builderAt, supplant } from '../../match/edit.ts'
import { isSameType } from '../../match/types.ts'
import { isReadOnlyBy, producerOf } from '../../match/uses.ts'
import type { Pass } from '../../pass.ts'

/**
 * Makes a Gemm of the MatMul of two matrices and what is added to it. Stacks of matrices stay: Gemm takes none.
 *
 * @example Add(MatMul(x, W), b) // Gemm(x, W, b)
 */
export const matMulAddToGemm: Pass = {
  name: 'matmul-add-to-gemm',
  level: 'all',
  operators: [['MatMul'], ['Add']],
  run(model) {
    let made = 0
    for (const node of model.graph.allNodes()) if (fuse(model, node)) made++
    return { node: made }
  },
}

function fuse(model: Model, node: Node): boolean {
  if (node.op !== 'Add' || node.domain !== '' || !node.output.isUsed) return false
  for (const side of [0, 1] as const) {
    const product = producerOf(node.input(side), 'MatMul', node)
    const bias = node.input(1 - side)
    if (!product || !isReadOnlyBy(product.output, node) || !multipliesMatrices(product)) continue
    if (!bias.isConstant || !broadcastsTo(bias, product.output) || !isSameType(node.output, product.output))
      continue
    const b = builderAt(model, node)
    const result = b.gemm(product.input(0), product.input(1), { C: bias, name: product.name })
    supplant(node, result)
    return true
  }
  return false
}

function multipliesMatrices({ inputs }: Node): boolean {
  return inputs.every((input) => {
    const type = input?.type
    return type?.kind === 'tensor' && isFloat(type.dtype) && type.dims?.length === 2
  })
}

/** One way: no axis of the product may be 1 where the bias has more. */
function broadcastsTo(bias: Value, product: Value): boolean {
  const [from, to] = [bias.dims, product.dims]
  return from.length <= 2 && from.every((dim, axis) => dim === 1 || dim === to[axis + 2 - from.length])
}
