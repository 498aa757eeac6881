/**
 * What several front ends emit alike, as plain functions `(b, x, …) => Value` over the builder. They infer nothing
 * themselves: dtypes and dims are read back from the values.
 */
export * from './activations.ts'
export * from './adaptive-pooling.ts'
export * from './advanced-indexing.ts'
export * from './broadcasting.ts'
export * from './casting.ts'
export * from './division.ts'
export * from './exponentials.ts'
export * from './indexing.ts'
export * from './interpolate.ts'
export * from './normalization.ts'
export * from './padding.ts'
export * from './pooling.ts'
export * from './promotion.ts'
export * from './quantization.ts'
export * from './recurrent.ts'
export * from './resize.ts'
export * from './shaping.ts'
export { findCarrier } from './size-record.ts'
export * from './sizes.ts'
