import { rowMajorStrides } from '../bytes/index.ts'
import { joinBytes } from '../bytes/join.ts'
import { elementCount, MemoryTensor, type Tensor } from '../tensor.ts'
import type { Kernel, KernelCall } from './call.ts'
import { FILL } from './index-maps.ts'
import { movedTensor, widthOf } from './moved-tensor.ts'

/** Positions of the elements of a tensor that an index, counted from the end when it is negative, names; undefined out of range. */
function within(index: number, size: number): number | undefined {
  const position = index < 0 ? index + size : index
  return position >= 0 && position < size ? position : undefined
}

const axisOf = (call: KernelCall, rank: number): number => {
  const axis = call.int('axis', 0)
  return axis < 0 ? axis + rank : axis
}

/** For each entry of `indices`, the position in a tensor of `dims` that has its index along `axis`, and else the entry's own place. */
function alongAxis(
  indices: readonly number[],
  indexDims: readonly number[],
  dims: readonly number[],
  axis: number,
): Int32Array | undefined {
  const [from, to] = [rowMajorStrides(indexDims), rowMajorStrides(dims)]
  const map = new Int32Array(indices.length)
  for (const [at, index] of indices.entries()) {
    const place = within(index, dims[axis] ?? 0)
    if (place === undefined) return undefined
    let position = place * (to[axis] ?? 1)
    for (let other = 0; other < dims.length; other++) {
      if (other === axis) continue
      position += (Math.floor(at / (from[other] ?? 1)) % (indexDims[other] ?? 1)) * (to[other] ?? 1)
    }
    map[at] = position
  }
  return map
}

const gatherElements: Kernel = (call) => {
  const [data, at] = call.inputs
  const [output] = call.outputs
  const indices = call.integers(1)
  if (!data || !at || !output || !indices) return undefined
  const map = alongAxis(indices, at.dims, data.dims, axisOf(call, data.dims.length))
  const result = map && movedTensor(data, output.dims, map)
  return result && [result]
}

/** Where the blocks that rows of `indices` name begin; each has `dims` behind the first `depth` axes. */
function blockStarts(
  indices: readonly number[],
  depth: number,
  dims: readonly number[],
): Int32Array | undefined {
  const strides = rowMajorStrides(dims)
  const starts = new Int32Array(depth === 0 ? 0 : indices.length / depth)
  for (const [row] of starts.entries()) {
    let start = 0
    for (let axis = 0; axis < depth; axis++) {
      const place = within(indices[row * depth + axis] ?? 0, dims[axis] ?? 0)
      if (place === undefined) return undefined
      start += place * (strides[axis] ?? 1)
    }
    starts[row] = start
  }
  return starts
}

const gatherNd: Kernel = (call) => {
  const [data, at] = call.inputs
  const [output] = call.outputs
  const indices = call.integers(1)
  const depth = at?.dims.at(-1)
  if (!data || !output || !indices || !depth || call.int('batch_dims', 0) !== 0) return undefined
  const starts = blockStarts(indices, depth, data.dims)
  const size = elementCount(data.dims.slice(depth))
  if (!starts) return undefined
  const map = new Int32Array(starts.length * size)
  for (let at = 0; at < map.length; at++) map[at] = (starts[Math.floor(at / size)] ?? 0) + (at % size)
  const result = movedTensor(data, output.dims, map)
  return result && [result]
}

/**
 * Data with updates at some positions. Of two updates at one position the specification does not say which holds: they are
 * left to the runtime, as are those that add up.
 */
function scattered(
  call: KernelCall,
  data: Tensor,
  updates: Tensor,
  targets: Int32Array,
): readonly Tensor[] | undefined {
  if ((call.attribute('reduction', 'string') ?? 'none') !== 'none' || !widthOf(data)) return undefined
  const total = elementCount(data.dims)
  const map = Int32Array.from({ length: total }, (_, at) => at)
  for (const [at, target] of targets.entries()) {
    if ((map[target] ?? 0) >= total) return undefined
    map[target] = total + at
  }
  const joined = joinBytes([data.bytes(), updates.bytes()])
  const both = new MemoryTensor(data.dtype, [total + elementCount(updates.dims)], joined)
  const result = movedTensor(both, data.dims, map)
  return result && [result]
}

const scatterElements: Kernel = (call) => {
  const [data, at, updates] = call.inputs
  const indices = call.integers(1)
  if (!data || !at || !updates || !indices) return undefined
  const targets = alongAxis(indices, at.dims, data.dims, axisOf(call, data.dims.length))
  return targets && scattered(call, data, updates, targets)
}

const scatterNd: Kernel = (call) => {
  const [data, at, updates] = call.inputs
  const indices = call.integers(1)
  const depth = at?.dims.at(-1)
  if (!data || !updates || !indices || !depth) return undefined
  const starts = blockStarts(indices, depth, data.dims)
  const size = elementCount(data.dims.slice(depth))
  if (!starts) return undefined
  const targets = new Int32Array(starts.length * size)
  for (let at = 0; at < targets.length; at++) targets[at] = (starts[Math.floor(at / size)] ?? 0) + (at % size)
  return scattered(call, data, updates, targets)
}

/** One triangle of the last two axes; zeros in the other. */
const trilu: Kernel = (call) => {
  const [input] = call.inputs
  const [output] = call.outputs
  if (!input || !output) return undefined
  const [rows = 1, columns = 1] = input.dims.slice(-2)
  const shift = call.integers(1)?.[0] ?? 0
  const isUpper = call.int('upper', 1) !== 0
  const map = Int32Array.from({ length: elementCount(input.dims) }, (_, at) => {
    const distance = (at % columns) - (Math.floor(at / columns) % rows)
    return (isUpper ? distance >= shift : distance <= shift) ? at : FILL
  })
  const result = movedTensor(input, output.dims, map)
  return result && [result]
}

export const scatteringKernels: { readonly [op: string]: Kernel } = {
  GatherElements: gatherElements,
  GatherND: gatherNd,
  ScatterElements: scatterElements,
  ScatterND: scatterNd,
  Trilu: trilu,
}
