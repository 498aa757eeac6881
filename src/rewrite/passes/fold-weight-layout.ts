import {
  createBuilder,
  DTYPES,
  elementCount,
  LazyTensor,
  type Model,
  type Node,
  type Tensor,
} from '../../graph/index.ts'
import type { Pass } from '../pass.ts'

/**
 * Applies Transpose and the reshaping operators to weights of any size, lazily: the bytes are moved when the model is
 * written. (`x @ W.t()` is how every PyTorch Linear arrives.) A weight that is also read in its old layout stays, since
 * two layouts of it would be stored.
 */
export const foldWeightLayout: Pass = {
  name: 'fold-weight-layout',
  level: 'basic',
  run(model) {
    let folded = 0
    for (const node of model.graph.allNodes()) if (fold(model, node)) folded++
    return folded
  },
}

const RESHAPING = new Set(['Reshape', 'Squeeze', 'Unsqueeze', 'Flatten'])

function fold(model: Model, node: Node): boolean {
  const weight = node.domain === '' ? node.inputs[0] : undefined
  const tensor = weight?.tensor
  if (!weight || !tensor || tensor.dtype === 'string' || !node.output.isUsed) return false
  if (weight.users.some((user) => user !== node) || weight.outputOf.length > 0) return false
  const moved = relaid(node, tensor)
  if (!moved) return false
  const b = createBuilder(model, { graph: node.graph, before: node })
  node.output.replaceUsesWith(b.constant(moved, weight.name))
  return true
}

function relaid(node: Node, tensor: Tensor): Tensor | undefined {
  if (node.op === 'Transpose') return transposed(tensor, node.attribute('perm', 'ints'))
  if (!RESHAPING.has(node.op)) return undefined
  const { dims } = node.output
  return dims.every((dim) => typeof dim === 'number')
    ? new LazyTensor(tensor.dtype, dims, () => tensor.bytes())
    : undefined
}

function transposed(
  tensor: Tensor,
  perm: readonly number[] = tensor.dims.map((_, axis) => tensor.dims.length - 1 - axis),
): Tensor | undefined {
  const { bits } = DTYPES[tensor.dtype]
  if (bits % 8 !== 0) return undefined
  const dims = perm.map((axis) => tensor.dims[axis] ?? 1)
  return new LazyTensor(tensor.dtype, dims, () => moveBytes(tensor, perm, dims, bits / 8))
}

/** Element by element in the order of the result, with the source offset kept by an odometer over its strides. */
function moveBytes(
  tensor: Tensor,
  perm: readonly number[],
  dims: readonly number[],
  width: number,
): Uint8Array {
  const source = tensor.bytes()
  const out = new Uint8Array(source.byteLength)
  const sourceStrides = rowMajorStrides(tensor.dims)
  const strides = perm.map((axis) => (sourceStrides[axis] ?? 0) * width)
  const index = dims.map(() => 0)
  const elements = elementCount(dims)
  let from = 0
  for (let element = 0, to = 0; element < elements; element++, to += width) {
    for (let byte = 0; byte < width; byte++) out[to + byte] = source[from + byte] ?? 0
    from = advance(index, dims, strides, from)
  }
  return out
}

function advance(
  index: number[],
  dims: readonly number[],
  strides: readonly number[],
  offset: number,
): number {
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    const stride = strides[axis] ?? 0
    const next = (index[axis] ?? 0) + 1
    if (next < (dims[axis] ?? 0)) {
      index[axis] = next
      return offset + stride
    }
    index[axis] = 0
    offset -= stride * (next - 1)
  }
  return offset
}

function rowMajorStrides(dims: readonly number[]): number[] {
  const strides = dims.map(() => 1)
  for (let axis = dims.length - 2; axis >= 0; axis--)
    strides[axis] = (strides[axis + 1] ?? 1) * (dims[axis + 1] ?? 1)
  return strides
}
