import type { Dim } from '../../dims/index.ts'
import type { Value } from '../../value.ts'

/**
 * How many sequences were packed, by the batch sizes of their steps. All are there at the first step, which as data is known
 * only when the model runs.
 */
const BATCHES = new WeakMap<Value, Dim>()

export const rememberBatch = (batchSizes: Value, batch: Dim): void => {
  BATCHES.set(batchSizes, batch)
}

/** The first of these sizes, where it is known. */
export const knownBatch = (batchSizes: Value): Dim | undefined => BATCHES.get(batchSizes)
