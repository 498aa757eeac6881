import { extentOf, gatherStrided } from '../bytes/index.ts'
import { elementCount, MemoryTensor, type Tensor } from '../tensor.ts'
import { widthOf } from './moved-tensor.ts'

/** Moves that keep neighbours together: whole runs of bytes are copied, without a position for each element. */

/** Element [i, j, …] is that at `start + i·strides[0] + j·strides[1] + …`, counted in elements; no stride is negative. */
export interface View {
  readonly start: number
  readonly strides: readonly number[]
}

/** A view of a tensor, made contiguous; undefined for elements that are no whole bytes. */
export function viewedTensor(
  tensor: Tensor,
  dims: readonly number[],
  { start, strides }: View,
): Tensor | undefined {
  const width = widthOf(tensor)
  if (width === undefined) return undefined
  const end = start + extentOf(dims, strides)
  const bytes = tensor.bytes().subarray(start * width, end * width)
  return new MemoryTensor(tensor.dtype, dims, gatherStrided(bytes, width, dims, strides))
}

/** Tensors one after the other along an axis; undefined for elements that are no whole bytes. */
export function joinedTensor(
  parts: readonly Tensor[],
  dims: readonly number[],
  axis: number,
): Tensor | undefined {
  const [first] = parts
  const width = first && widthOf(first)
  if (!first || width === undefined) return undefined
  const out = new Uint8Array(elementCount(dims) * width)
  const row = elementCount(dims.slice(axis)) * width
  let at = 0
  for (const part of parts) {
    const run = elementCount(part.dims.slice(axis)) * width
    copyRuns(part.bytes(), run, out.subarray(at), row)
    at += run
  }
  return new MemoryTensor(first.dtype, dims, out)
}

/** Shorter runs are copied faster byte by byte. */
const LONG_RUN = 32

/** Runs that lie side by side, each to where a row of the result begins. */
function copyRuns(from: Uint8Array, run: number, out: Uint8Array, row: number): void {
  for (let source = 0, target = 0; source < from.byteLength; source += run, target += row) {
    if (run >= LONG_RUN) out.set(from.subarray(source, source + run), target)
    else for (let at = 0; at < run; at++) out[target + at] = from[source + at] ?? 0
  }
}
