import type { Dim } from './dims/index.ts'
import { dimName, substitute } from './dims/index.ts'
import type { DType } from './dtype.ts'

/** What a value is. `dims` is undefined when even the rank is unknown, as some ONNX files leave it. */
export type ValueType = TensorType | SequenceType | OptionalType

export interface TensorType {
  readonly kind: 'tensor'
  readonly dtype: DType
  readonly dims: readonly Dim[] | undefined
}

export interface SequenceType {
  readonly kind: 'sequence'
  readonly element: ValueType
}

export interface OptionalType {
  readonly kind: 'optional'
  readonly element: ValueType
}

export const tensorType = (dtype: DType, dims: readonly Dim[] | undefined): TensorType => ({
  kind: 'tensor',
  dtype,
  dims,
})

/** The type with every dim replaced. */
export function mapDims(type: ValueType, map: (dim: Dim) => Dim): ValueType {
  if (type.kind !== 'tensor') return { ...type, element: mapDims(type.element, map) }
  return { ...type, dims: type.dims?.map(map) }
}

/** Whether a dim of the type is such. */
export function someDim(type: ValueType, holds: (dim: Dim) => boolean): boolean {
  return type.kind === 'tensor' ? (type.dims?.some(holds) ?? false) : someDim(type.element, holds)
}

/** The type with dims in the place of symbols. */
export const substituteDims = (type: ValueType, bindings: ReadonlyMap<string, Dim>): ValueType =>
  mapDims(type, (dim) => substitute(dim, bindings))

/** `float32[N, 3, 224, 224]`, `seq(int64[?])` */
export function typeText(type: ValueType | undefined): string {
  if (!type) return '?'
  if (type.kind === 'sequence') return `seq(${typeText(type.element)})`
  if (type.kind === 'optional') return `optional(${typeText(type.element)})`
  return `${type.dtype}[${type.dims ? type.dims.map(dimName).join(', ') : '…'}]`
}
