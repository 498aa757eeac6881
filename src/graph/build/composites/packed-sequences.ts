import type { Dim } from '../../dims/index.ts'
import type { Value } from '../../value.ts'
import type { Builder } from '../builder.ts'
import { cast } from './casting.ts'
import { rangeOf, select } from './indexing.ts'
import { rememberBatch } from './packed-batch.ts'
import { permute, unsqueeze } from './shaping.ts'
import { shapeTensor, sizeOf } from './sizes.ts'

/** Sequences of several lengths, the longest first, step after step without what pads them. */
export interface PackedSequence {
  /** [steps of all sequences, …] */
  readonly data: Value
  /** int64 [steps of the longest]: how many sequences have such a step. */
  readonly batchSizes: Value
}

/** N of what was packed. */
export const packedBatch = (b: Builder, batchSizes: Value): Dim => sizeOf(b, select(b, batchSizes, 0, 0))

/**
 * What `torch._pack_padded_sequence` makes.
 *
 * @param x [T, N, …]
 * @param lengths ints [N], in decreasing order, none above T
 */
export function packSequence(b: Builder, x: Value, lengths: Value): PackedSequence {
  const wide = cast(b, lengths, 'int64')
  const steps = b.range(b.scalar('int64', 0), select(b, wide, 0, 0), b.scalar('int64', 1))
  const valid = b.greater(unsqueeze(b, wide, [0]), unsqueeze(b, steps, [1]))
  const batchSizes = countAlong(b, valid, 1)
  rememberBatch(batchSizes, x.dims[1] ?? 0)
  return { data: packedBy(b, x, valid), batchSizes }
}

export interface UnpackedSequence {
  /** [T, N, …] */
  readonly padded: Value
  /** int64 [N] */
  readonly lengths: Value
  /** bool [T, N]: which steps are not padding. */
  readonly valid: Value
}

/**
 * The sequences beside each other again, padded to one length.
 *
 * @param batch N
 * @param padding scalar of the dtype of the data. @default 0
 */
export function unpackSequence(
  b: Builder,
  { data, batchSizes }: PackedSequence,
  batch: Dim,
  padding: Value = b.scalar(data.dtype, 0),
): UnpackedSequence {
  const [steps = 0] = batchSizes.dims
  const valid = b.greater(unsqueeze(b, batchSizes, [1]), unsqueeze(b, rangeOf(b, batch), [0]))
  const blank = b.expand(padding, shapeTensor(b, [steps, batch, ...data.dims.slice(1)]))
  const padded = b.scatterND(blank, placesOf(b, valid), data)
  return { padded, lengths: countAlong(b, valid, 0), valid }
}

/** The steps that are valid, of [T, N, …]. */
export const packedBy = (b: Builder, x: Value, valid: Value): Value => b.gatherND(x, placesOf(b, valid))

const placesOf = (b: Builder, valid: Value): Value => permute(b, b.nonZero(valid), [1, 0])

const countAlong = (b: Builder, flags: Value, axis: number): Value =>
  b.reduceSum(cast(b, flags, 'int64'), { axes: b.int64s([axis]), keepdims: 0 })
