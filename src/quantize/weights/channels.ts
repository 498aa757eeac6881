import { ModelError } from '../../errors/index.ts'
import { elementCount } from '../../graph/index.ts'

/**
 * How a row-major tensor falls into channels that share one scale: four nested runs,
 * `[outer (shared), leading (kept), middle (shared), trailing (kept)]`, of which the element at (o, l, m, t) belongs to
 * channel l · trailing + t. Every weight layout is of that form: Conv `[M | C·kh·kw]`, MatMul `[K | N]`, its transpose
 * `[N | K]`, a stack of matrices `[B | K | N]`, ConvTranspose `[C | M | kh·kw]`, RNN `[dirs·4H | I]`.
 */
export interface ChannelLayout {
  readonly outer: number
  readonly leading: number
  readonly middle: number
  readonly trailing: number
  /** Dims of the tensor with every shared axis 1: those of the scales, which then broadcast. */
  readonly scaleDims: readonly number[]
}

export const channelCount = ({ leading, trailing }: ChannelLayout): number => leading * trailing

/**
 * @param kept Axes along which every index has a scale of its own, ascending.
 * @throws ModelError INTERNAL when the kept axes do not form the nested runs above.
 */
export function channelLayout(dims: readonly number[], kept: readonly number[]): ChannelLayout {
  const isKept = dims.map((_, axis) => kept.includes(axis))
  const cuts = runEnds(isKept)
  const [outer = 0, leading = 0, middle = 0, trailing = 0] = cuts
  if (trailing !== dims.length)
    throw new ModelError('INTERNAL', { what: `Axes ${kept} of a rank ${dims.length} tensor are no channels` })
  const size = (from: number, to: number): number => elementCount(dims.slice(from, to))
  return {
    outer: size(0, outer),
    leading: size(outer, leading),
    middle: size(leading, middle),
    trailing: size(middle, trailing),
    scaleDims: dims.map((dim, axis) => (isKept[axis] ? dim : 1)),
  }
}

/** Where the runs shared, kept, shared, kept end, each as long as it can be. */
function runEnds(isKept: readonly boolean[]): number[] {
  const ends: number[] = []
  let axis = 0
  for (const kind of [false, true, false, true]) {
    while (axis < isKept.length && isKept[axis] === kind) axis++
    ends.push(axis)
  }
  return ends
}
