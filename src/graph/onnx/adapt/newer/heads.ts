import type { Builder } from '../../../build/builder.ts'
import { permute, reshapeTo } from '../../../build/composites/index.ts'
import { type Dim, floorDiv, mul } from '../../../dims/index.ts'
import type { Value } from '../../../value.ts'

/** [N, L, heads·d] → [N, heads, L, d] */
export function splitHeads(b: Builder, x: Value, heads: number): Value {
  const [batch = 0, length = 0, hidden = 0] = x.dims
  return permute(b, reshapeTo(b, x, [batch, length, heads, floorDiv(hidden, heads)]), [0, 2, 1, 3])
}

/** [N, heads, L, d] → [N, L, heads·d] */
export function joinHeads(b: Builder, x: Value): Value {
  const [batch = 0, heads = 0, length = 0, size = 0] = x.dims
  return reshapeTo(b, permute(b, x, [0, 2, 1, 3]), [batch, length, mul(heads, size)])
}

/** Every head of axis 1 `times` in a row: keys and values that a group of queries shares. */
export function repeatHeads(b: Builder, x: Value, times: number): Value {
  if (times === 1) return x
  const [batch = 0, heads = 0, ...rest] = x.dims
  const shape: Dim[] = [1, 1, times, ...rest.map(() => 1)]
  const repeated = b.expand(b.unsqueeze(x, b.int64s([2])), b.int64s(shape.map(Number)))
  return reshapeTo(b, repeated, [batch, mul(heads, times), ...rest])
}
