import { rowMajorStrides } from '../bytes/index.ts'
import { joinBytes } from '../bytes/join.ts'
import { elementCount, MemoryTensor, reshapedTensor, type Tensor } from '../tensor.ts'
import type { Kernel, KernelCall, OutputType } from './call.ts'
import { allOf, broadcastMap, FILL, pickMap } from './index-maps.ts'
import { movedTensor } from './moved-tensor.ts'
import { joinedTensor, type View, viewedTensor } from './runs.ts'

/** A kernel of one moved input. */
const moving =
  (mapOf: (call: KernelCall, input: Tensor, output: OutputType) => Int32Array | undefined): Kernel =>
  (call) => {
    const [input] = call.inputs
    const [output] = call.outputs
    const map = input && output && mapOf(call, input, output)
    const result = input && output && map && movedTensor(input, output.dims, map)
    return result && [result]
  }

/** A kernel whose result is a view of its input. */
const viewing =
  (viewOf: (call: KernelCall, input: Tensor, output: OutputType) => View | undefined): Kernel =>
  (call) => {
    const [input] = call.inputs
    const [output] = call.outputs
    const view = input && output && viewOf(call, input, output)
    const result = input && output && view && viewedTensor(input, output.dims, view)
    return result && [result]
  }

/** The same bytes under other dims. */
const reshaped: Kernel = (call) => {
  const [input] = call.inputs
  const [output] = call.outputs
  if (!input || !output || elementCount(input.dims) !== elementCount(output.dims) || input.dtype === 'string')
    return undefined
  return [reshapedTensor(input, output.dims)]
}

const transpose = viewing((call, { dims }) => {
  const strides = rowMajorStrides(dims)
  const perm = call.attribute('perm', 'ints') ?? dims.map((_, axis) => dims.length - 1 - axis)
  return { start: 0, strides: perm.map((axis) => strides[axis] ?? 1) }
})

/** An axis of size 1 is read again and again. */
const expand = viewing((_, { dims }, output) => {
  const [strides, added] = [rowMajorStrides(dims), output.dims.length - dims.length]
  return {
    start: 0,
    strides: output.dims.map((_size, axis) => (dims[axis - added] === 1 ? 0 : (strides[axis - added] ?? 0))),
  }
})

const tile = moving((_, { dims }, output) =>
  pickMap(
    dims,
    output.dims.map((size, axis) => Array.from({ length: size }, (__, at) => at % (dims[axis] ?? 1))),
  ),
)

const normal = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis)

const concat: Kernel = (call) => {
  const [output] = call.outputs
  if (!output) return undefined
  const result = joinedTensor(call.present, output.dims, normal(call.int('axis', 0), output.dims.length))
  return result && [result]
}

const split: Kernel = (call) => {
  const [input] = call.inputs
  if (!input) return undefined
  const axis = normal(call.int('axis', 0), input.dims.length)
  const strides = rowMajorStrides(input.dims)
  let start = 0
  const parts = call.outputs.map(({ dims }) => {
    const part = viewedTensor(input, dims, { start, strides })
    start += (dims[axis] ?? 0) * (strides[axis] ?? 1)
    return part
  })
  return parts.every((part) => part !== undefined) ? parts : undefined
}

const slice: Kernel = (call) => {
  const steps = call.integers(4)
  return steps?.some((step) => step < 0) ? sliceBackwards(call) : sliceForwards(call)
}

interface Cut {
  readonly axis: number
  readonly first: number
  readonly step: number
}

/** The axes that a Slice names. */
function cutsOf(call: KernelCall, { dims }: Tensor): readonly Cut[] | undefined {
  const starts = call.integers(1)
  const [axes, steps] = [call.integers(3), call.integers(4)]
  return starts?.map((start, at) => {
    const [axis, step] = [normal(axes?.[at] ?? at, dims.length), steps?.[at] ?? 1]
    return { axis, step, first: clampedStart(start, dims[axis] ?? 0, step) }
  })
}

const sliceForwards = viewing((call, input) => {
  const strides = rowMajorStrides(input.dims)
  let start = 0
  const cuts = cutsOf(call, input)
  for (const { axis, first, step } of cuts ?? []) {
    const stride = strides[axis] ?? 1
    start += first * stride
    strides[axis] = stride * step
  }
  return cuts && { start, strides }
})

const sliceBackwards = moving((call, input, output) => {
  const picks = input.dims.map(allOf)
  const cuts = cutsOf(call, input)
  for (const { axis, first, step } of cuts ?? [])
    picks[axis] = Array.from({ length: output.dims[axis] ?? 0 }, (_, index) => first + index * step)
  return cuts && pickMap(input.dims, picks)
})

function clampedStart(start: number, size: number, step: number): number {
  const position = start < 0 ? start + size : start
  return Math.min(Math.max(position, 0), step > 0 ? size : size - 1)
}

const gather = moving((call, { dims }) => {
  const axis = normal(call.int('axis', 0), dims.length)
  const size = dims[axis] ?? 0
  const indices = call.integers(1)?.map((index) => (index < 0 ? index + size : index))
  if (!indices?.every((index) => index >= 0 && index < size)) return undefined
  return pickMap(
    dims,
    dims.map((extent, at) => (at === axis ? indices : allOf(extent))),
  )
})

/** Where a padded axis takes its elements from. */
const PADDED: { readonly [mode: string]: (at: number, size: number) => number } = {
  constant: (at, size) => (at >= 0 && at < size ? at : FILL),
  edge: (at, size) => Math.min(Math.max(at, 0), size - 1),
  reflect: (at, size) => {
    const period = 2 * (size - 1)
    const within = period === 0 ? 0 : ((at % period) + period) % period
    return within < size ? within : period - within
  },
  wrap: (at, size) => ((at % size) + size) % size,
}

const pad: Kernel = (call) => {
  const [input, , value] = call.inputs
  const [output] = call.outputs
  const pads = call.integers(1)
  const place = PADDED[call.attribute('mode', 'string') ?? 'constant']
  if (!input || !output || !pads || !place || elementCount(input.dims) === 0) return undefined
  // Cropped first, or wrapped first: the specification does not say.
  if (place === PADDED['wrap'] && pads.some((amount) => amount < 0)) return undefined
  const axes = call.integers(3)?.map((axis) => normal(axis, input.dims.length)) ?? allOf(input.dims.length)
  const picks = output.dims.map((size, axis) => {
    const begin = pads[axes.indexOf(axis)] ?? 0
    return Array.from({ length: size }, (_, at) => place(at - begin, input.dims[axis] ?? 1))
  })
  const result = movedTensor(input, output.dims, pickMap(input.dims, picks), value)
  return result && [result]
}

/** Elements of X where the condition holds, of Y elsewhere: both laid end to end are one source. */
const where: Kernel = (call) => {
  const [condition, x, y] = call.inputs
  const [output] = call.outputs
  if (!condition || !x || !y || !output) return undefined
  const flags = condition.bytes()
  const total = elementCount(x.dims)
  const [at, fromX, fromY] = [condition, x, y].map(({ dims }) => broadcastMap(dims, output.dims))
  if (!at || !fromX || !fromY) return undefined
  const map = at.map((position, index) =>
    flags[position] ? (fromX[index] ?? 0) : total + (fromY[index] ?? 0),
  )
  const both = new MemoryTensor(x.dtype, [total + elementCount(y.dims)], joinBytes([x.bytes(), y.bytes()]))
  const result = movedTensor(both, output.dims, map)
  return result && [result]
}

export const movementKernels: { readonly [op: string]: Kernel } = {
  Concat: concat,
  Expand: expand,
  Flatten: reshaped,
  Gather: gather,
  Identity: reshaped,
  Pad: pad,
  Reshape: reshaped,
  Slice: slice,
  Split: split,
  Squeeze: reshaped,
  Tile: tile,
  Transpose: transpose,
  Unsqueeze: reshaped,
  Where: where,
}
