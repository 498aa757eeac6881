import { ModelError } from '../../../errors/index.ts'
import { type Dim, dimName, floorDiv, mod } from '../../dims/index.ts'
import { tensorOf } from '../../tensor.ts'
import type { Value } from '../../value.ts'
import type { Builder } from '../builder.ts'
import { batched, maxPoolWithIndices } from './pooling.ts'
import { moveAxis, reshapeTo, unsqueeze } from './shaping.ts'

/**
 * Adaptive average pooling to fixed sizes (undefined keeps an axis): output i averages the elements ⌊i·in/out⌋ to
 * ⌈(i+1)·in/out⌉. https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool2d.html
 *
 * @throws ModelError UNSUPPORTED_CONSTRUCT when a dynamic size is not known to be a multiple of the output's.
 */
export function adaptiveAveragePool(b: Builder, x: Value, sizes: readonly (number | undefined)[]): Value {
  return batched(b, x, sizes.length, (image) => {
    if (sizes.every((size) => size === 1)) return b.globalAveragePool(image)
    const windows = evenWindows(image, sizes)
    if (windows)
      return isIdentity(windows) ? image : b.averagePool(image, { kernel_shape: windows, strides: windows })
    return sizes.reduce<Value>((sum, size, axis) => averageAxis(b, sum, axis + 2, size), image)
  })
}

/** Adaptive max pooling, over the same windows. */
export function adaptiveMaxPool(b: Builder, x: Value, sizes: readonly (number | undefined)[]): Value {
  return batched(b, x, sizes.length, (image) => {
    if (sizes.every((size) => size === 1)) return b.globalMaxPool(image)
    const windows = evenWindows(image, sizes)
    if (windows)
      return isIdentity(windows) ? image : b.maxPool(image, { kernel_shape: windows, strides: windows })
    return sizes.reduce<Value>((sum, size, axis) => maxAxis(b, sum, axis + 2, size), image)
  })
}

/** Where the maxima lie within their channel; undefined where the windows differ in size. */
export function adaptiveMaxPoolIndices(
  b: Builder,
  x: Value,
  sizes: readonly (number | undefined)[],
): Value | undefined {
  if (sizes.every((size) => size === 1)) {
    const rest = x.rank - sizes.length
    const planes = b.reshape(x, b.int64s([...Array<number>(rest).fill(0), -1]))
    const places = b.argMax(planes, { axis: rest, keepdims: 1 })
    return unsqueeze(
      b,
      places,
      sizes.slice(1).map((_, axis) => rest + 1 + axis),
    )
  }
  const windows = evenWindows(x.rank === sizes.length + 2 ? x : unsqueeze(b, x, [0]), sizes)
  return windows && maxPoolWithIndices(b, x, { kernel: windows })[1]
}

const isIdentity = (windows: readonly number[]): boolean => windows.every((window) => window === 1)

/** Window sizes where all axes are numbers and divide: then a plain pool does. */
function evenWindows(image: Value, sizes: readonly (number | undefined)[]): number[] | undefined {
  const windows = sizes.map((size, axis) => {
    const extent = image.dims[axis + 2] ?? 0
    return size === undefined
      ? 1
      : typeof extent === 'number' && extent % size === 0
        ? extent / size
        : undefined
  })
  return windows.every((window) => window !== undefined) ? windows : undefined
}

/** One axis: as groups that are reduced when it divides, else as a product with a matrix of weights. */
function averageAxis(b: Builder, x: Value, axis: number, size: number | undefined): Value {
  if (size === undefined || x.dims[axis] === size) return x
  const grouped = evenGroups(b, x, axis, size)
  if (grouped) return b.reduceMean(grouped, { axes: b.int64s([axis + 1]), keepdims: 0 })
  const extent = x.dims[axis] ?? 0
  const spans = spansOf(b, extent, size)
  const rows = Number(extent)
  const weights = new Float64Array(rows * size)
  spans.forEach(({ start, end }, column) => {
    for (let row = start; row < end; row++) weights[row * size + column] = 1 / (end - start)
  })
  return multiplyAxis(b, x, axis, { rows, columns: size, weights })
}

interface Matrix {
  readonly rows: number
  readonly columns: number
  readonly weights: Float64Array
}

/** x times a matrix along one axis. */
export function multiplyAxis(b: Builder, x: Value, axis: number, { rows, columns, weights }: Matrix): Value {
  const matrix = b.constant(tensorOf(x.dtype, [rows, columns], weights))
  const last = moveAxis(b, x, axis, -1)
  return moveAxis(b, b.matMul(last, matrix), -1, axis)
}

/** One axis: as groups when it divides, else every window gathered to one length by repeating its last element. */
function maxAxis(b: Builder, x: Value, axis: number, size: number | undefined): Value {
  if (size === undefined || x.dims[axis] === size) return x
  const grouped = evenGroups(b, x, axis, size) ?? gatheredWindows(b, x, axis, size)
  return b.reduceMax(grouped, { axes: b.int64s([axis + 1]), keepdims: 0 })
}

function gatheredWindows(b: Builder, x: Value, axis: number, size: number): Value {
  const spans = spansOf(b, x.dims[axis] ?? 0, size)
  const longest = Math.max(...spans.map(({ start, end }) => end - start))
  const places = spans.flatMap(({ start, end }) =>
    Array.from({ length: longest }, (_, at) => Math.min(start + at, end - 1)),
  )
  return b.gather(x, b.constant(tensorOf('int64', [size, longest], places)), { axis })
}

/** [.., size, window, ..] of an axis that is size · window, also when window is symbolic. */
function evenGroups(b: Builder, x: Value, axis: number, size: number): Value | undefined {
  const extent = x.dims[axis] ?? 0
  if (mod(extent, size) !== 0) return undefined
  return reshapeTo(b, x, x.dims.toSpliced(axis, 1, size, floorDiv(extent, size)))
}

interface Span {
  readonly start: number
  readonly end: number
}

function spansOf(b: Builder, extent: Dim, size: number): Span[] {
  if (typeof extent !== 'number') throw unevenError(b, extent, size)
  return Array.from({ length: size }, (_, index) => ({
    start: Math.floor((index * extent) / size),
    end: Math.ceil(((index + 1) * extent) / size),
  }))
}

const unevenError = (b: Builder, extent: Dim, size: number): ModelError =>
  new ModelError('UNSUPPORTED_CONSTRUCT', {
    what: `Adaptive pooling of the dynamic size ${dimName(extent)} to ${size}`,
    where: b.origin,
    why: `Windows differ in size unless ${dimName(extent)} is a multiple of ${size}`,
    next: 'Fix that size: a number in the place of its name in input=',
  })
