import { ModelError } from '../../errors/index.ts'
import type { Normalised } from '../../formats/index.ts'
import type { Request } from '../../request/index.ts'

/**
 * Under `guards=strict` nothing may rest on what was not said.
 *
 * @throws ModelError GUARD_FAILED that lists every guard and assumption.
 */
export function checkAssumptions(
  { guards, assumptions }: Pick<Normalised, 'guards' | 'assumptions'>,
  { guards: mode }: Pick<Request, 'guards'>,
): void {
  if (mode !== 'strict' || guards.length + assumptions.length === 0) return
  const taken = guards.map(({ assumed, at }) => `${assumed} (${at})`)
  throw new ModelError('GUARD_FAILED', {
    what: `The conversion rests on what the model and the request do not say: ${[...taken, ...assumptions].join('; ')}`,
    why: 'guards=strict refuses that',
    next: 'Fix the dims and dtypes with input=…, or accept them with guards=warn',
  })
}
