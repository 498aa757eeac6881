import { floorDiv } from '../../dims/index.ts'
import type { Value } from '../../value.ts'
import type { Builder } from '../builder.ts'
import { permute, reshapeTo, swapAxes } from './shaping.ts'

/** Channels of [N, C, …] dealt out: the first of each group, then the second of each, and so on. */
export function channelShuffle(b: Builder, x: Value, groups: number): Value {
  const [batch = 1, channels = 1, ...rest] = x.dims
  const apart = reshapeTo(b, x, [batch, groups, floorDiv(channels, groups), ...rest])
  return reshapeTo(b, swapAxes(b, apart, 1, 2), x.dims)
}

/**
 * Blocks of r × r pixels as channels, [N, C, H, W] → [N, C·r², H/r, W/r]: of each channel all places, one behind the other.
 * (SpaceToDepth alone has of each place all channels.)
 */
export function pixelUnshuffle(b: Builder, x: Value, block: number): Value {
  const deep = b.spaceToDepth(x, { blocksize: block })
  const [batch = 1, , rows = 1, columns = 1] = deep.dims
  const apart = reshapeTo(b, deep, [batch, block * block, x.dims[1] ?? 1, rows, columns])
  return reshapeTo(b, permute(b, apart, [0, 2, 1, 3, 4]), deep.dims)
}
