import { DTYPES, transposedTensor as movedTensor, type Tensor } from '../../graph/index.ts'

/** The tensor with its axes in that order, moved when it is read; undefined for elements that are no whole bytes. */
export function transposedTensor(
  tensor: Tensor,
  perm: readonly number[] = tensor.dims.map((_, axis) => tensor.dims.length - 1 - axis),
): Tensor | undefined {
  if (tensor.dtype === 'string' || DTYPES[tensor.dtype].bits % 8 !== 0) return undefined
  return movedTensor(tensor, perm)
}
