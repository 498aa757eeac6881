import { joinBytes } from '../bytes/join.ts'
import { elementCount, MemoryTensor, reshapedTensor, type Tensor } from '../tensor.ts'
import type { Kernel, KernelCall, OutputType } from './call.ts'
import { allOf, broadcastMap, concatMap, FILL, pickMap, transposeMap } from './index-maps.ts'
import { movedTensor, widthOf } from './moved-tensor.ts'

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

/** The same bytes under other dims. */
const reshaped: Kernel = (call) => {
  const [input] = call.inputs
  const [output] = call.outputs
  if (!input || !output || elementCount(input.dims) !== elementCount(output.dims) || input.dtype === 'string')
    return undefined
  return [reshapedTensor(input, output.dims)]
}

const transpose = moving((call, { dims }) =>
  transposeMap(dims, call.attribute('perm', 'ints') ?? dims.map((_, axis) => dims.length - 1 - axis)),
)

const expand = moving((_, { dims }, output) => broadcastMap(dims, output.dims))

const tile = moving((_, { dims }, output) =>
  pickMap(
    dims,
    output.dims.map((size, axis) => Array.from({ length: size }, (__, at) => at % (dims[axis] ?? 1))),
  ),
)

const normal = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis)

const concat: Kernel = (call) => {
  const [output] = call.outputs
  const [first] = call.present
  const width = first && widthOf(first)
  if (!output || !first || width === undefined) return undefined
  const joined = joinBytes(call.present.map((part) => part.bytes()))
  const axis = normal(call.int('axis', 0), output.dims.length)
  const map = concatMap(
    call.present.map(({ dims }) => dims),
    axis,
  )
  const whole = new MemoryTensor(first.dtype, [joined.byteLength / width], joined)
  const result = movedTensor(whole, output.dims, map)
  return result && [result]
}

const split: Kernel = (call) => {
  const [input] = call.inputs
  if (!input) return undefined
  const axis = normal(call.int('axis', 0), input.dims.length)
  let start = 0
  const parts = call.outputs.map(({ dims }) => {
    const size = dims[axis] ?? 0
    const begin = start
    start += size
    const picks = input.dims.map((extent, at) =>
      at === axis ? Array.from({ length: size }, (_, index) => begin + index) : allOf(extent),
    )
    return movedTensor(input, dims, pickMap(input.dims, picks))
  })
  return parts.every((part) => part !== undefined) ? parts : undefined
}

const slice = moving((call, { dims }, output) => {
  const [starts, ends] = [call.integers(1), call.integers(2)]
  if (!starts || !ends) return undefined
  const axes = call.integers(3) ?? starts.map((_, axis) => axis)
  const steps = call.integers(4) ?? starts.map(() => 1)
  const picks = dims.map(allOf)
  axes.forEach((given, at) => {
    const axis = normal(given, dims.length)
    const [size, step] = [dims[axis] ?? 0, steps[at] ?? 1]
    const first = clampedStart(starts[at] ?? 0, size, step)
    picks[axis] = Array.from({ length: output.dims[axis] ?? 0 }, (_, index) => first + index * step)
  })
  return pickMap(dims, picks)
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
