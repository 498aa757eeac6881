import { nearest } from '../../../errors/index.ts'
import type { StateDict } from '../container/index.ts'
import type { Uncaught } from '../evaluator/python-error.ts'
import type { Mismatch } from '../evaluator/weight-loading.ts'
import { otherWeights } from './other-weights.ts'

/** Names listed in an error; the rest are counted. */
const MAX_LISTED = 8

/**
 * What a state dict and a model that do not fit say: names with the nearest ones, then shapes.
 *
 * @param wanted Names of the model's weights.
 */
export function describeMismatch(
  { missing, unexpected, messages }: Mismatch,
  weights: StateDict,
  wanted: ReadonlySet<string>,
): Uncaught {
  const names: string[] = []
  if (missing.length > 0)
    names.push(
      `the model needs ${listed(missing.map((name) => withNearest(name, unexpected)))}, which the file lacks`,
    )
  if (unexpected.length > 0) names.push(`the file has ${listed(unexpected)}, which the model lacks`)
  const isEmpty = weights.tensors.size === 0
  return {
    code: 'WEIGHTS_MISMATCH',
    what:
      names.length > 0
        ? `Weights and architecture do not fit: ${[...names, ...messages.slice(0, MAX_LISTED)].join('; ')}`
        : `Weights do not go into the architecture: ${listed(messages)}`,
    why: isEmpty ? 'The file holds no weights' : otherWeights(weights, wanted),
    next: `Check ${names.length > 0 ? 'class= and args=' : 'args='} against the code that saved the weights`,
  }
}

function withNearest(name: string, candidates: readonly string[]): string {
  const close = nearest(name, candidates)
  return close ? `${name} (the file has ${close})` : name
}

export function listed(names: readonly string[]): string {
  const shown = names.slice(0, MAX_LISTED).join(', ')
  return names.length > MAX_LISTED ? `${shown} and ${names.length - MAX_LISTED} more` : shown
}
