import type { StateDict } from '../container/index.ts'

/**
 * Weights without what a wrapper put before every name, but for what is the model's own: a class that keeps its network as
 * `self.model` has names that begin so, as the file has them.
 *
 * @param wanted Names of the model's weights.
 */
export function withOwnPrefix(weights: StateDict, wanted: ReadonlySet<string>): StateDict {
  const own = ownPrefix(weights, wanted)
  if (own === '') return weights
  const below = own.slice(0, -1)
  return {
    ...weights,
    prefix: weights.prefix.slice(0, -own.length),
    tensors: new Map([...weights.tensors].map(([name, tensor]) => [own + name, tensor])),
    metadata: new Map(
      [...weights.metadata].map(([path, recorded]) => [path === '' ? below : own + path, recorded]),
    ),
  }
}

/** The shortest end of the prefix with which most of the names are the model's. */
function ownPrefix({ tensors, prefix }: StateDict, wanted: ReadonlySet<string>): string {
  const parts = prefix.split('.').slice(0, -1)
  const ends = [...parts.keys()].map((start) => `${parts.slice(start).join('.')}.`).reverse()
  const fitting = (end: string): number => [...tensors.keys()].filter((name) => wanted.has(end + name)).length
  return ends.reduce((best, end) => (fitting(end) > fitting(best) ? end : best), '')
}
