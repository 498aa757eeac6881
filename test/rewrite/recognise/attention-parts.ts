import { type Builder, composites, type Value } from '../../../src/graph/index.ts'
import { weights } from '../small-models.ts'

/** A projection of tokens [N, S, 8]. */
export function project(b: Builder, x: Value, columns: number, seed: number, bias = true): Value {
  const dtype = x.dtype
  const matrix = composites.cast(b, b.constant(weights([8, columns], seed)), dtype)
  const product = b.matMul(x, matrix)
  return bias ? b.add(product, composites.cast(b, b.constant(weights([columns], seed + 1)), dtype)) : product
}

/** [N, S, 8] by two heads: [N, 2, S, 4] */
export const heads = (b: Builder, x: Value): Value => b.transpose(apart(b, x), { perm: [0, 2, 1, 3] })

/** [N, S, 8] as [N, S, 2, 4] */
export const apart = (b: Builder, x: Value): Value => b.reshape(x, b.int64s([0, 0, 2, 4]))

export const turned = (b: Builder, k: Value): Value => b.transpose(k, { perm: [0, 1, 3, 2] })

export const joined = (b: Builder, y: Value): Value =>
  b.reshape(b.transpose(y, { perm: [0, 2, 1, 3] }), b.int64s([0, 0, 8]))

/** Q·Kᵀ/2 of tokens split by heads. */
export const scoresOf = (b: Builder, q: Value, k: Value): Value =>
  b.mul(b.matMul(q, turned(b, k)), b.scalar(q.dtype, 0.5))
