import type { Model, Node, Value } from '../../../graph/index.ts'
import type { FusedOperator } from '../../../targets/index.ts'
import { builderAt } from '../../match/edit.ts'
import { gainsBy } from '../../match/fused.ts'
import { isSameType } from '../../match/types.ts'
import { producerOf, soleUser } from '../../match/uses.ts'
import type { Pass } from '../../pass.ts'

/**
 * Takes the addition of a residual connection, and that of a bias before it, into the normalisation behind it. The sum
 * may be read elsewhere (it is, where normalisation comes first): the operator gives it too.
 */
export const recogniseSkipNormalizations: Pass = {
  name: 'recognise-skip-normalizations',
  level: 'all',
  run(model, { target }) {
    let recognised = 0
    for (const node of model.graph.allNodes()) {
      const op = node.domain === '' ? SKIPPING[node.op] : undefined
      const skip = op && gainsBy(target, op, node.input(0)) ? skipBefore(node) : undefined
      if (!skip) continue
      replace(model, node, skip)
      recognised++
    }
    return { residual: recognised }
  },
}

const SKIPPING: { readonly [op: string]: FusedOperator } = {
  LayerNormalization: 'SkipLayerNormalization',
  SimplifiedLayerNormalization: 'SkipSimplifiedLayerNormalization',
}

interface Skip {
  readonly add: Node
  readonly input: Value
  readonly skip: Value
  readonly bias: Value | undefined
}

/** The kernel takes rows of the last axis, in two or three axes, and nothing that broadcasts. */
function skipBefore(norm: Node): Skip | undefined {
  const add = producerOf(norm.input(0), 'Add', norm)
  if (!add || !isOverRows(norm) || norm.outputs.slice(1).some((output) => output.isUsed)) return undefined
  const [left, right] = [add.input(0), add.input(1)]
  const { rank } = add.output
  if ((rank !== 2 && rank !== 3) || !isSameType(left, right) || !isSameType(left, add.output))
    return undefined
  if (left.tensor || right.tensor) return undefined
  for (const [input, skip] of [
    [left, right],
    [right, left],
  ] as const) {
    const biased = biasedProduct(input, add)
    if (biased) return { add, skip, input: biased.input, bias: biased.bias }
  }
  return { add, input: left, skip: right, bias: undefined }
}

/** Scale and shift are constants, so that they stand before the addition too, of one number a column: the kernel broadcasts none. */
function isOverRows(norm: Node): boolean {
  const { type } = norm.input(0)
  const rank = type?.kind === 'tensor' ? type.dims?.length : undefined
  const axis = norm.attribute('axis', 'int') ?? -1
  const stash = norm.attribute('stash_type', 'int') ?? 1
  const affine = norm.inputs.slice(1).filter((input) => input !== undefined)
  return (
    rank !== undefined &&
    (axis === -1 || axis === rank - 1) &&
    stash === 1 &&
    affine.every(({ tensor }) => tensor?.dims.length === 1 && tensor.dims[0] === norm.input(0).dims.at(-1))
  )
}

/** A MatMul and the bias of its columns, when the addition alone reads them. */
function biasedProduct(value: Value, add: Node): { readonly input: Value; readonly bias: Value } | undefined {
  const node = producerOf(value, 'Add', add)
  if (!node || soleUser(value) !== add) return undefined
  const side = node.inputs.findIndex((input) => input?.tensor?.dims.length === 1)
  const [bias, input] = [node.inputs[side], node.inputs[1 - side]]
  if (side < 0 || !bias || !input || !producerOf(input, 'MatMul', add)) return undefined
  return bias.dims[0] === value.dims.at(-1) && isSameType(input, value) ? { input, bias } : undefined
}

function replace(model: Model, norm: Node, { add, input, skip, bias }: Skip): void {
  const b = builderAt(model, add)
  b.origin = norm.origin
  const epsilon = norm.attribute('epsilon', 'float') ?? 1e-5
  const options = { bias, epsilon, name: norm.output.name, optionalOutputs: true } as const
  const [gamma, beta] = [norm.input(1), norm.inputs[2]]
  const [result, , , sum] =
    norm.op === 'LayerNormalization'
      ? b.skipLayerNormalization(input, skip, gamma, { ...options, beta })
      : b.skipSimplifiedLayerNormalization(input, skip, gamma, options)
  if (!result || !sum) return
  norm.output.replaceUsesWith(result)
  norm.graph.remove(norm)
  add.output.replaceUsesWith(sum)
}
