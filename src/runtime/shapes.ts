import { type DimValues, evaluateDim } from './dim-expression.ts'
import type { TensorInfo } from './manifest.ts'

type Shape = TensorInfo['shape']

const NAME = /^[A-Za-z_]\w*$/

/** `float32 [N, 3, 224, 224]`, as errors show it. */
export const printInput = ({ dtype, shape }: TensorInfo): string =>
  `${dtype} [${shape.map((dim) => (dim === '' ? '?' : dim)).join(', ')}]`

/** Not even the rank is known: the one dim `...`. */
const isAnyShape = (shape: Shape): boolean => shape[0] === '...'

export const freeDims = (shape: Shape): number =>
  isAnyShape(shape) ? Number.POSITIVE_INFINITY : shape.filter((dim) => typeof dim === 'string').length

/** Elements in one slice of the only free dim: the product of the fixed ones. */
export const fixedElements = (shape: Shape): number =>
  shape.reduce<number>((product, dim) => (typeof dim === 'number' ? product * dim : product), 1)

/** The dims of `length` elements, where at most one dim is free; undefined when no size of it fits. */
export function dimsOfLength(shape: Shape, length: number): number[] | undefined {
  const fixed = fixedElements(shape)
  if (freeDims(shape) === 0) return length === fixed ? shape.map(Number) : undefined
  const free = length / fixed
  if (!Number.isInteger(free) || free < 1) return undefined
  return shape.map((dim) => (typeof dim === 'number' ? dim : free))
}

export const fitsShape = (shape: Shape, dims: readonly number[]): boolean =>
  isAnyShape(shape)
    ? dims.every(isSize)
    : dims.length === shape.length &&
      shape.every((dim, axis) => (typeof dim === 'string' ? isSize(dims[axis]) : dim === dims[axis]))

const isSize = (size: unknown): boolean => Number.isInteger(size) && Number(size) >= 0

export interface EmptyDim {
  readonly input: string
  readonly dim: string
}

/** A named dim that is 0 where the conversion took it to be at least 1. */
export function emptyDim(
  inputs: readonly TensorInfo[],
  dimsOf: (name: string) => readonly number[],
): EmptyDim | undefined {
  for (const { name, shape, mayBeEmpty = [] } of inputs) {
    const dims = dimsOf(name)
    const dim = shape.find((dim, axis) => isNamed(dim) && dims[axis] === 0 && !mayBeEmpty.includes(dim))
    if (isNamed(dim)) return { input: name, dim }
  }
  return undefined
}

const isNamed = (dim: number | string | undefined): dim is string =>
  typeof dim === 'string' && dim !== '' && dim !== '...'

export interface DimConflict {
  readonly input: string
  readonly dim: string
  readonly given: number
  readonly wanted: number
}

/**
 * Gives every named dim its size, and checks that inputs which share a name or an expression agree on it.
 */
export function bindDims(
  inputs: readonly TensorInfo[],
  dimsOf: (name: string) => readonly number[],
): { readonly values: DimValues; readonly conflict: DimConflict | undefined } {
  const values = new Map<string, number>()
  const free = inputs.flatMap(({ name, shape }) =>
    shape.flatMap((dim, axis) =>
      isNamed(dim) ? [{ input: name, dim, given: dimsOf(name)[axis] ?? 0 }] : [],
    ),
  )
  for (const { dim, given } of free) if (NAME.test(dim) && !values.has(dim)) values.set(dim, given)
  for (const each of free) {
    const wanted = evaluateDim(each.dim, values)
    if (wanted !== undefined && wanted !== each.given) return { values, conflict: { ...each, wanted } }
  }
  return { values, conflict: undefined }
}
