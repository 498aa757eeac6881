import type { Model, Node, Value } from '../../../../graph/index.ts'
import { builderAt, replaced } from '../../../match/edit.ts'
import { isSameDims, knownDims } from '../../../match/types.ts'
import { producerOf, soleUser } from '../../../match/uses.ts'
import type { Pass } from '../../../pass.ts'

/**
 * A product of rows that are flattened before it and put back behind it is the product of the whole: MatMul takes any
 * number of axes in front, and reads the sizes from its input that the second Reshape had to be told.
 *
 * @example Reshape(Gemm(Reshape(x, [-1, 128]), W, b), [N, S, 384]) // Add(MatMul(x, W), b)
 */
export const unflattenProducts: Pass = {
  name: 'unflatten-products',
  level: 'all',
  operators: [['Gemm', 'MatMul'], ['Reshape']],
  run(model) {
    let unflattened = 0
    for (const node of model.graph.allNodes())
      if (
        node.op === 'Reshape' &&
        node.domain === '' &&
        node.output.isUsed &&
        replaced(node.output, whole(model, node))
      )
        unflattened++
    return { product: unflattened }
  },
}

/** More readers than that are not looked through. */
const MOST_READERS = 8

function whole(model: Model, last: Node): Value | undefined {
  const product = producerOf(last.input(0), 'Gemm', last) ?? producerOf(last.input(0), 'MatMul', last)
  const flatten = product && producerOf(product.input(0), 'Reshape', last)
  if (!flatten || soleUser(product.output) !== last || !isOnlyMultiplied(flatten) || !isPlain(product))
    return undefined
  const source = flatten.input(0)
  const [from, rows, to] = [knownDims(source), knownDims(flatten.output), knownDims(last.output)]
  const columns = knownDims(product.output)?.[1]
  if (!from || rows?.length !== 2 || columns === undefined || from.length < 3 || from.at(-1) !== rows[1])
    return undefined
  if (!to || !isSameDims(to, [...from.slice(0, -1), columns])) return undefined
  const b = builderAt(model, last)
  const weight = product.input(1)
  const turned = product.attribute('transB', 'int') === 1 ? b.transpose(weight, { perm: [1, 0] }) : weight
  const bias = product.inputs[2]
  const { name } = last.output
  return bias
    ? b.add(b.matMul(source, turned, { name: product.name }), bias, { name })
    : b.matMul(source, turned, { name })
}

/** All that read the rows are such products: else they would be flattened still. */
const isOnlyMultiplied = ({ output }: Node): boolean =>
  output.outputOf.length === 0 &&
  output.userCount <= MOST_READERS &&
  output.users.every(
    (user) =>
      (user.op === 'Gemm' || user.op === 'MatMul') && user.inputs[0] === output && user.inputs[1] !== output,
  )

/** A·B + C of two matrices and a row; a weight that is turned round is turned once and for all. */
function isPlain(product: Node): boolean {
  const [weight, bias] = [product.input(1), product.inputs[2]]
  if (knownDims(weight)?.length !== 2 || product.attribute('transA', 'int') === 1) return false
  if (product.attribute('transB', 'int') === 1 && !(weight.isConstant && soleUser(weight) === product))
    return false
  if ((product.attribute('alpha', 'float') ?? 1) !== 1) return false
  const row = bias && knownDims(bias)
  return (
    !bias ||
    ((product.attribute('beta', 'float') ?? 1) === 1 && row !== undefined && (row.length < 2 || row[0] === 1))
  )
}
