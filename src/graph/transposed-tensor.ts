import { gatherStrided, rowMajorStrides } from './bytes/index.ts'
import { DTYPES } from './dtype.ts'
import { elementCount, LazyTensor, type Tensor } from './tensor.ts'

/**
 * A tensor with its axes in another order; elements are whole bytes. Its bytes are moved when they are asked for, all at once or
 * a part of them, for which no more is read than the part holds.
 */
export function transposedTensor(tensor: Tensor, perm: readonly number[]): Tensor {
  const width = DTYPES[tensor.dtype].bits / 8
  const dims = perm.map((axis) => tensor.dims[axis] ?? 1)
  const strides = stridesOf(tensor.dims, perm)
  return new LazyTensor(
    tensor.dtype,
    dims,
    () => gatherStrided(tensor.bytes(), width, dims, strides),
    (offset, length) => partOf(tensor, { perm, width }, offset, length),
  )
}

function stridesOf(dims: readonly number[], perm: readonly number[]): number[] {
  const strides = rowMajorStrides(dims)
  return perm.map((axis) => strides[axis] ?? 1)
}

interface Moving {
  readonly perm: readonly number[]
  /** Bytes of an element. */
  readonly width: number
}

/** A block of the source: from `start`, `dims` along each of its axes. */
interface Block {
  readonly start: readonly number[]
  readonly dims: readonly number[]
}

/** Bytes of the result are slabs along its first axis that is longer than 1; those that hold the part are made, and cut. */
function partOf(tensor: Tensor, moving: Moving, offset: number, length: number): Uint8Array {
  const { perm, width } = moving
  const out = new Uint8Array(length)
  const outDims = perm.map((axis) => tensor.dims[axis] ?? 1)
  const slabs = slabsOf(outDims, offset / width, (offset + length) / width)
  let at = 0
  for (const { start, dims } of slabs) {
    const block = { start: unpermuted(start, perm), dims: unpermuted(dims, perm) }
    const bytes = gatherStrided(readBlock(tensor, block, width), width, dims, stridesOf(block.dims, perm))
    out.set(bytes, at)
    at += bytes.byteLength
  }
  return out
}

/** What stands at axis `i` of the result, at the axis of the source that it is. */
function unpermuted(list: readonly number[], perm: readonly number[]): number[] {
  const source = new Array<number>(list.length)
  perm.forEach((axis, index) => {
    source[axis] = list[index] ?? 0
  })
  return source
}

/** Blocks whose elements, one block after the other, are `[first, end)` of a row-major tensor: at most two an axis. */
function slabsOf(dims: readonly number[], first: number, end: number): Block[] {
  const [dim, ...inner] = dims
  if (first >= end) return []
  if (dim === undefined) return [{ start: [], dims: [] }]
  const size = elementCount(inner)
  const [firstRow, lastRow] = [Math.floor(first / size), Math.floor((end - 1) / size)]
  const within = (row: number): Block[] =>
    slabsOf(inner, Math.max(first - row * size, 0), Math.min(end - row * size, size)).map((block) => ({
      start: [row, ...block.start],
      dims: [1, ...block.dims],
    }))
  if (firstRow === lastRow) return within(firstRow)
  const head = first > firstRow * size ? within(firstRow) : []
  const tail = end < (lastRow + 1) * size ? within(lastRow) : []
  const [from, to] = [firstRow + (head.length > 0 ? 1 : 0), lastRow + (tail.length > 0 ? 0 : 1)]
  const whole = to > from ? [{ start: [from, ...inner.map(() => 0)], dims: [to - from, ...inner] }] : []
  return [...head, ...whole, ...tail]
}

/** Runs this long are worth a read each; shorter ones are cut out of a longer read. */
const LONG_RUN = 2 ** 13
const LONGEST_SPAN = 2 ** 24

/** A block of a row-major tensor, made contiguous: its rows are read run by run, or many at a time. */
function readBlock(tensor: Tensor, { start, dims }: Block, width: number): Uint8Array {
  const strides = rowMajorStrides(tensor.dims).map((stride) => stride * width)
  const offset = start.reduce((sum, index, axis) => sum + index * (strides[axis] ?? 0), 0)
  const out = new Uint8Array(elementCount(dims) * width)
  const rowAxis = Math.max(runAxis(tensor.dims, dims) - 1, 0)
  const rows = {
    count: dims[rowAxis] ?? 1,
    stride: strides[rowAxis] ?? width,
    run: elementCount(dims.slice(rowAxis + 1)) * width,
  }
  const position = dims.slice(0, rowAxis).map(() => 0)
  for (let at = 0; at < out.byteLength; at += rows.count * rows.run) {
    const origin = position.reduce((sum, index, axis) => sum + index * (strides[axis] ?? 0), offset)
    readRows(tensor, origin, rows, out.subarray(at))
    advance(position, dims)
  }
  return out
}

interface Rows {
  readonly count: number
  /** Bytes from the start of one to that of the next. */
  readonly stride: number
  /** Bytes of each. */
  readonly run: number
}

function readRows(tensor: Tensor, origin: number, { count, stride, run }: Rows, out: Uint8Array): void {
  const together = run >= LONG_RUN && run < stride ? 1 : Math.max(1, Math.floor(LONGEST_SPAN / stride))
  for (let row = 0; row < count; row += together) {
    const taken = Math.min(together, count - row)
    const span = tensor.part(origin + row * stride, (taken - 1) * stride + run)
    if (run === stride) out.set(span, row * run)
    else
      for (let at = 0; at < taken; at++)
        out.set(span.subarray(at * stride, at * stride + run), (row + at) * run)
  }
}

/** The first axis from which on the block is one run of the tensor: every later axis is whole. */
function runAxis(whole: readonly number[], block: readonly number[]): number {
  let axis = whole.length - 1
  while (axis > 0 && block[axis] === whole[axis]) axis--
  return Math.max(axis, 0)
}

/** Counts on, the last axis first, like an odometer. */
function advance(position: number[], dims: readonly number[]): void {
  for (let axis = position.length - 1; axis >= 0; axis--) {
    const next = (position[axis] ?? 0) + 1
    if (next < (dims[axis] ?? 1)) {
      position[axis] = next
      return
    }
    position[axis] = 0
  }
}
