import { DTYPES, gatherStrided, LazyTensor, rowMajorStrides, type Tensor } from '../../graph/index.ts'

/** The tensor with its axes in that order, moved when it is read; undefined for elements that are no whole bytes. */
export function transposedTensor(
  tensor: Tensor,
  perm: readonly number[] = tensor.dims.map((_, axis) => tensor.dims.length - 1 - axis),
): Tensor | undefined {
  if (tensor.dtype === 'string' || DTYPES[tensor.dtype].bits % 8 !== 0) return undefined
  const width = DTYPES[tensor.dtype].bits / 8
  const strides = rowMajorStrides(tensor.dims)
  const dims = perm.map((axis) => tensor.dims[axis] ?? 1)
  const moved = perm.map((axis) => strides[axis] ?? 1)
  return new LazyTensor(tensor.dtype, dims, () => gatherStrided(tensor.bytes(), width, dims, moved))
}
