import type { Value } from '../../value.ts'
import type { Builder } from '../builder.ts'
import { number } from './casting.ts'

/** Limits of a clamp: numbers, or tensors that broadcast. */
export interface ClampLimits {
  readonly min?: number | Value | undefined
  readonly max?: number | Value | undefined
}

/** min ≤ x ≤ max, with max winning when they cross. Numbers make a Clip, tensors Min and Max. */
export function clamp(b: Builder, x: Value, { min, max }: ClampLimits): Value {
  const isNumber = (limit: unknown): limit is number | undefined =>
    limit === undefined || typeof limit === 'number'
  if (isNumber(min) && isNumber(max) && x.dtype !== 'bool') {
    if (min === undefined && max === undefined) return x
    const limit = (value: number | undefined) => (value === undefined ? undefined : number(b, x.dtype, value))
    return b.clip(x, { min: limit(min), max: limit(max) })
  }
  const tensor = (limit: number | Value) => (typeof limit === 'number' ? number(b, x.dtype, limit) : limit)
  const raised = min === undefined ? x : b.max([x, tensor(min)])
  return max === undefined ? raised : b.min([raised, tensor(max)])
}

/** Gelu, exact (erf) or by its tanh approximation. */
export const gelu = (b: Builder, x: Value, approximate: 'none' | 'tanh' = 'none'): Value =>
  b.gelu(x, { approximate })

/** x · sigmoid(x): SiLU, also called swish. */
export const silu = (b: Builder, x: Value): Value => b.mul(x, b.sigmoid(x))

/** min(max(x, 0), 6) */
export const relu6 = (b: Builder, x: Value): Value => clamp(b, x, { min: 0, max: 6 })
