import { type Limits, relax } from '../../quantize/index.ts'
import type { Request } from '../../request/index.ts'
import type { Validation } from '../../validate/index.ts'
import type { Candidate } from './candidate.ts'

/** Schemes that may leave a layer in a finer form. The exact ones are obeyed or refused. */
export const INTENTS: ReadonlySet<Request['quant']> = new Set(['fp16', 'int8'])

export interface Trials {
  readonly request: Request
  readonly candidateUnder: (limits: Limits) => Candidate
  readonly judge: (candidate: Candidate) => Promise<Validation>
  readonly progress: (detail: string) => void
  /** Multiply-accumulates of a trial. */
  readonly work: number
}

export interface Judged {
  readonly candidate: Candidate
  readonly validation: Validation
  readonly notes: readonly string[]
}

/** What all trials of a model may take together, in multiply-accumulates: minutes. */
const ALLOWED_WORK = 1e12

/** A heavy model is taken apart less finely. */
const trialsFor = (work: number): number => Math.round(Math.min(52, Math.max(13, ALLOWED_WORK / work)))

/**
 * A model that misses its budget, in finer forms where they are needed.
 *
 * @returns undefined for an exact scheme, and when nothing would stay quantised.
 */
export async function keepBudget(
  missed: Omit<Judged, 'notes'>,
  { request, candidateUnder, judge, progress, work }: Trials,
): Promise<Judged | undefined> {
  if (!INTENTS.has(request.quant)) return undefined
  const { forms } = missed.candidate.quantization
  const most = trialsFor(work)
  let tried = 0
  let last = missed
  const limits = await relax(
    { forms, use: missed.validation.budgetUse },
    async (limits) => {
      progress(`trial ${++tried} of at most ${most}`)
      const candidate = candidateUnder(limits)
      last = { candidate, validation: await judge(candidate) }
      return { use: last.validation.budgetUse, forms: candidate.quantization.forms }
    },
    most,
  )
  if (!limits) return undefined
  return { ...last, notes: [noteOf(missed.validation, limits, forms.size, tried)] }
}

function noteOf({ notes }: Validation, limits: Limits, layers: number, tried: number): string {
  const missed = notes.join('; ')
  return `At first ${missed}: ${limits.size} of ${layers} weights take a finer form, found in ${tried} trials`
}
