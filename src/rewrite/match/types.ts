import type { Dim, Value, ValueType } from '../../graph/index.ts'

/** Same dtype, and dims that are identical numbers or symbols: for all inputs of the model then the same size. */
export const isSameType = (a: Value, b: Value): boolean => areEqualTypes(a.type, b.type)

export function areEqualTypes(a: ValueType | undefined, b: ValueType | undefined): boolean {
  if (!a || !b) return false
  if (a.kind === 'tensor' && b.kind === 'tensor')
    return a.dtype === b.dtype && !!a.dims && !!b.dims && isSameDims(a.dims, b.dims)
  if (a.kind === 'tensor' || b.kind === 'tensor') return false
  return a.kind === b.kind && areEqualTypes(a.element, b.element)
}

export const isSameDims = (a: readonly Dim[], b: readonly Dim[]): boolean =>
  a.length === b.length && a.every((dim, axis) => dim === b[axis])

/** The dims of a tensor of known rank. */
export const knownDims = ({ type }: Value): readonly Dim[] | undefined =>
  type?.kind === 'tensor' ? type.dims : undefined
