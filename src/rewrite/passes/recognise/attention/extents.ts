import type { Dim, Node } from '../../../../graph/index.ts'
import { dimsOf, type Run } from '../../../pattern/layout.ts'

export interface Extents {
  readonly batch: Run
  readonly heads: Run
  readonly queries: Run
  readonly keys: Run
  /** As many as keys. */
  readonly valueKeys: Run
  /** Of query and key, a head. */
  readonly features: Run
  /** Of value, a head. */
  readonly values: Run
}

/**
 * Sizes by Q [b, h, q, f], Kᵀ [b, h, f, k] and V [b, h, k, v], or the same without heads; nothing may broadcast. The axes that
 * a product sums over are as long as each other wherever it runs, though their dims may have two names.
 */
export function extentsOf(product: Node, mix: Node): Extents | undefined {
  const sides = [product.input(0), product.input(1), mix.input(1)].map(dimsOf)
  const [q, k, v] = sides.map((dims) => (dims?.length === 3 ? [dims[0] ?? 0, 1, ...dims.slice(1)] : dims))
  if (q?.length !== 4 || k?.length !== 4 || v?.length !== 4) return undefined
  const [batch, heads, queries, features] = q
  const [keys, values] = [k[3], v[3]]
  const fits = k[0] === batch && v[0] === batch && k[1] === heads && v[1] === heads
  const isStatic = [heads, features, values].every((size) => typeof size === 'number' && size > 0)
  if (!fits || !isStatic || k[2] !== features) return undefined
  const run = (name: string, size: Dim | undefined): Run => ({ name, size: size ?? 0 })
  return {
    batch: run('batch', batch),
    heads: run('heads', heads),
    queries: run('sequence', queries),
    keys: run('sequence', keys),
    valueKeys: run('sequence', v[2]),
    features: run('features', features),
    values: run('features', values),
  }
}
