import type { Attribute } from '../../attribute.ts'

/**
 * Attributes that opsets after the canonical one added, with the values under which an operator does what it did before.
 * All other changes up to opset 27 only admit more element types.
 */
export const NEUTRAL_ATTRIBUTES: ReadonlyMap<string, Attribute['value']> = new Map<
  string,
  Attribute['value']
>([
  ['Cast.round_mode', 'up'],
  ['CastLike.round_mode', 'up'],
  ['DequantizeLinear.output_dtype', 0],
  ['QuantizeLinear.precision', 0],
  ['Range.stash_type', 1],
])

/** The newest opset whose changes were looked through. */
export const NEWEST_OPSET = 27
