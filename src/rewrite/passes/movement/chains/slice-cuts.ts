import { type Node, tensorData, type Value } from '../../../../graph/index.ts'
import { knownDims } from '../../../match/types.ts'

/** Constant bounds, of one entry an axis. */
export interface Cuts {
  readonly starts: readonly bigint[]
  readonly ends: readonly bigint[]
  readonly axes: readonly bigint[]
  readonly steps: readonly bigint[]
}

/** What a Slice with constant bounds cuts, its axes counted from the front. */
export function cutsOf(node: Node): Cuts | undefined {
  const rank = knownDims(node.input(0))?.length
  const [starts, ends] = [integers(node.inputs[1]), integers(node.inputs[2])]
  if (rank === undefined || !starts || !ends) return undefined
  const axes = node.inputs[3] ? integers(node.inputs[3]) : starts.map((_, at) => BigInt(at))
  const steps = node.inputs[4] ? integers(node.inputs[4]) : starts.map(() => 1n)
  if (!axes || !steps) return undefined
  return { starts, ends, axes: axes.map((axis) => (axis < 0n ? axis + BigInt(rank) : axis)), steps }
}

function integers(value: Value | undefined): readonly bigint[] | undefined {
  const dtype = value?.tensor?.dtype
  if (!value?.tensor || (dtype !== 'int64' && dtype !== 'int32')) return undefined
  return Array.from(tensorData(value.tensor), BigInt)
}

/** The part of one axis that a Slice keeps. */
export interface Range {
  readonly axis: number
  readonly start: number
  readonly end: number
}

/** Of a Slice that cuts one axis of fixed size, without leaving out elements between. */
export function rangeOf(node: Node): Range | undefined {
  const cuts = cutsOf(node)
  const [axis, step] = [Number(cuts?.axes[0]), cuts?.steps[0]]
  const size = knownDims(node.input(0))?.[axis]
  if (cuts?.axes.length !== 1 || step !== 1n || typeof size !== 'number') return undefined
  const [start, end] = [clamped(cuts.starts[0] ?? 0n, size), clamped(cuts.ends[0] ?? 0n, size)]
  return start < end ? { axis, start, end } : undefined
}

function clamped(bound: bigint, size: number): number {
  const position = bound < 0n ? bound + BigInt(size) : bound
  return position < 0n ? 0 : position > BigInt(size) ? size : Number(position)
}
