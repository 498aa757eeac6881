import type { Value } from '../../value.ts'
import type { Builder } from '../builder.ts'
import { cast, number } from './casting.ts'
import { normalAxis } from './shaping.ts'

export interface VectorNorm {
  /** p of ‖x‖p: any number; 0 counts what is not zero, ±∞ gives the largest or smallest magnitude. @default 2 */
  readonly order?: number | undefined
  /** @default all axes */
  readonly axes?: readonly number[] | undefined
  /** Keeps reduced axes with size 1. @default false */
  readonly keepAxes?: boolean | undefined
}

/** (Σ|x|ᵖ)^(1/p) along axes. */
export function vectorNorm(b: Builder, x: Value, { order = 2, axes = [], keepAxes }: VectorNorm = {}): Value {
  const along = {
    axes: axes.length === 0 ? undefined : b.int64s(axes.map((axis) => normalAxis(axis, x.rank))),
    keepdims: keepAxes ? 1 : 0,
  }
  switch (order) {
    case 0:
      return b.reduceSum(cast(b, b.not(b.equal(x, number(b, x.dtype, 0))), x.dtype), along)
    case 1:
      return b.reduceL1(x, along)
    case 2:
      return b.reduceL2(x, along)
    case Number.POSITIVE_INFINITY:
      return b.reduceMax(b.abs(x), along)
    case Number.NEGATIVE_INFINITY:
      return b.reduceMin(b.abs(x), along)
    default: {
      const powers = b.pow(b.abs(x), number(b, x.dtype, order))
      return b.pow(b.reduceSum(powers, along), number(b, x.dtype, 1 / order))
    }
  }
}

/** x / max(‖x‖p, ε) along axes: torch.nn.functional.normalize. */
export function lpNormalize(
  b: Builder,
  x: Value,
  {
    axes,
    p = 2,
    epsilon = 1e-12,
  }: { readonly axes: readonly number[]; readonly p?: 1 | 2; readonly epsilon?: number },
): Value {
  const norm = vectorNorm(b, x, { order: p, axes, keepAxes: true })
  return b.div(x, b.max([norm, number(b, x.dtype, epsilon)]))
}
