import type { Model } from '../../graph/index.ts'
import { rewrite } from '../../rewrite/index.ts'
import { type Candidate, quantised } from './candidate.ts'
import { encode } from './encode.ts'
import type { Run } from './run.ts'
import { type ValidationJob, type ValidationOutcome, validateResult } from './validate-stage.ts'

export async function rewriteStage({ request, clock }: Run, model: Model): Promise<void> {
  await clock.run(
    'rewrite',
    () => model,
    ({ notes }) => {
      const { passes } = rewrite(model, { level: request.optimize, target: request.target })
      for (const pass of passes) {
        if (pass.notes.length > 0) notes.push(`${pass.name}: ${pass.notes.join(', ')}`)
      }
    },
  )
}

export async function quantiseStage(
  { request, clock }: Run,
  rewritten: Model,
): Promise<Omit<Candidate, 'encoded'>> {
  if (request.quant === 'none') return quantised(rewritten, request)
  let model = rewritten
  return clock.run(
    'quantise',
    () => model,
    () => {
      const made = quantised(rewritten, request)
      model = made.model
      return made
    },
  )
}

export const serialiseStage = (
  { clock }: Run,
  made: Omit<Candidate, 'encoded'>,
  stem: string,
): Promise<Candidate> =>
  clock.run(
    'serialise',
    () => made.model,
    () => ({ ...made, encoded: encode(made.model, stem) }),
  )

export async function validateStage(
  { request, job, clock }: Run,
  stage: Pick<ValidationJob, 'reference' | 'candidate' | 'candidateUnder' | 'recordings'>,
): Promise<ValidationOutcome> {
  const { candidate } = stage
  let { model } = candidate
  if (request.validate === 'off') return { candidate, validation: null, notes: [], warnings: [] }
  return clock.run(
    'validate',
    () => model,
    async ({ notes, progress }) => {
      const outcome = await validateResult({ ...stage, request, root: job.root, progress })
      model = outcome.candidate.model
      notes.push(...outcome.notes)
      return outcome
    },
  )
}
