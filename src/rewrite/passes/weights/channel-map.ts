import {
  elementCount,
  elementsOf,
  LazyTensor,
  type Tensor,
  tensorOfNumbers,
  tensorOver,
} from '../../../graph/index.ts'

/** Which channel an element of a weight belongs to: `⌊i / block⌋·count + ⌊i / inner⌋ mod count`. */
export interface ChannelMap {
  /** Elements of one channel that lie side by side. */
  readonly inner: number
  /** Channels that follow each other before they repeat. */
  readonly count: number
  /** Elements after which other channels come: those of one group. undefined: all are of the same channels. */
  readonly block: number | undefined
}

/** Channels along one axis of a weight. */
export const alongAxis = (dims: readonly number[], axis: number): ChannelMap => ({
  inner: elementCount(dims.slice(axis + 1)),
  count: dims[axis] ?? 1,
  block: undefined,
})

/** The weight with each channel multiplied by its factor. Nothing of it is read before it is asked for. */
export const scaledWeight = (weight: Tensor, map: ChannelMap, scale: Float64Array): Tensor =>
  new LazyTensor(weight.dtype, weight.dims, () => scaled(weight, map, scale).bytes())

function scaled(weight: Tensor, map: ChannelMap, scale: Float64Array): Tensor {
  const elements = elementsOf(weight)
  if (elements?.kind !== 'number') return weight
  const data = elements.data.slice()
  eachRun(data.length, map, (start, end, channel) => {
    const factor = scale[channel] ?? 1
    for (let i = start; i < end; i++) data[i] = (data[i] ?? 0) * factor
  })
  const isHalf = weight.dtype === 'float16' || weight.dtype === 'bfloat16'
  if (!isHalf) return tensorOver(weight.dtype, weight.dims, data)
  return tensorOfNumbers(weight.dtype, weight.dims, (at) => data[at] ?? 0)
}

const SMALLEST_NORMAL_HALF = 2 ** -14
const LARGEST_HALF = 65504

/** Whether float16 holds the scaled weights as exactly as it holds these. Wider types have room for any mild factor. */
export function keepsPrecision(weight: Tensor, map: ChannelMap, scale: Float64Array): boolean {
  if (weight.dtype !== 'float16') return true
  const elements = elementsOf(weight)
  if (elements?.kind !== 'number') return false
  const { data } = elements
  let keeps = true
  eachRun(data.length, map, (start, end, channel) => {
    const factor = Math.abs(scale[channel] ?? 1)
    for (let i = start; i < end; i++) {
      const before = Math.abs(data[i] ?? 0)
      const after = before * factor
      if (
        after > LARGEST_HALF ||
        (after < SMALLEST_NORMAL_HALF && factor !== 0 && before >= SMALLEST_NORMAL_HALF)
      )
        keeps = false
    }
  })
  return keeps
}

/** Runs of elements of one channel. */
export function eachRun(
  length: number,
  { inner, count, block }: ChannelMap,
  visit: (start: number, end: number, channel: number) => void,
): void {
  for (let start = 0, run = 0; start < length; start += inner, run++) {
    const group = block === undefined ? 0 : Math.floor(start / block)
    visit(start, start + inner, group * count + (run % count))
  }
}
