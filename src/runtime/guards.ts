import { type DimValues, evaluateDim } from './dim-expression.ts'
import { ModelRuntimeError } from './errors.ts'
import type { Manifest } from './manifest.ts'

/**
 * Refuses sizes for which the conversion took the other branch of the model: the result would be wrong without a word.
 * A condition on something that is no input dim cannot be told here, and stands in the build's report only.
 */
export function checkGuards({ name, guards }: Manifest, values: DimValues): void {
  const failed = guards.find(({ condition }) => evaluateDim(condition, values) === 0)
  if (failed === undefined) return
  const sizes = [...values].map(([dim, size]) => `${dim} = ${size}`).join(', ')
  throw new ModelRuntimeError(
    'GUARD_FAILED',
    `${name} was given ${sizes}, but its conversion relies on ${failed.condition} (${failed.at}). ` +
      'Give a size that fits, or convert for this one with input=.',
  )
}
