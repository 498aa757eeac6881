import { createEngine, type Engine } from '../../engine/index.ts'
import { ModelError } from '../../errors/index.ts'
import type { Model } from '../../graph/index.ts'
import type { Limits } from '../../quantize/index.ts'
import type { Request } from '../../request/index.ts'
import {
  type Answers,
  answersOf,
  type BudgetName,
  budgetFor,
  judge,
  type Recording,
  type Sample,
  samplesFor,
  type Validation,
  validate,
  workOf,
} from '../../validate/index.ts'
import type { Validation as ReportedValidation } from '../report.ts'
import type { Candidate } from './candidate.ts'
import { engineModel } from './encode.ts'
import { findSizes } from './find-sizes.ts'
import { fittingSamples } from './fitting-samples.ts'
import { type Judged, keepBudget } from './keep-budget.ts'
import { overBudget } from './over-budget.ts'
import { LARGEST_VALIDATED, type Reference, referenceAnswers, withRecorded } from './reference.ts'

export interface ValidationJob {
  readonly request: Request
  readonly root: string
  readonly reference: Reference
  readonly candidate: Candidate
  /** The candidate again, with some layers in finer forms. */
  readonly candidateUnder: (limits: Limits) => Candidate
  readonly recordings: readonly Recording[]
  readonly progress: (detail: string) => void
}

export interface ValidationOutcome {
  /** The one to emit. */
  readonly candidate: Candidate
  /** Null when nothing could be compared; `warnings` says why. */
  readonly validation: ReportedValidation | null
  readonly notes: readonly string[]
  readonly warnings: readonly string[]
}

/**
 * Runs the result in onnxruntime-web, on recorded samples where the model has them, else on seeded inputs. A float result
 * is held against the outputs that the source framework recorded, or else against the model as it was read; a quantised
 * one against the float model, once that was found to equal the recorded outputs. Where a quantised result costs too much, layers
 * take finer forms.
 *
 * @throws ModelError OVER_BUDGET, ENGINE_FAILED when the model does not load or run.
 */
export async function validateResult(job: ValidationJob): Promise<ValidationOutcome> {
  if (job.candidate.encoded.bytes > LARGEST_VALIDATED) {
    return unvalidated(job, 'The model is too large to be run in onnxruntime-web here, and was not validated')
  }
  const engine = createEngine({ root: job.root })
  const { samples, unfit } = fittingSamples(
    job.reference.model,
    job.recordings,
    job.request.outputs.length > 0,
  )
  if (samples.length === 0) {
    const outcome = await validateSeeded(job, engine)
    return { ...outcome, warnings: [...unfit, ...outcome.warnings] }
  }
  const recorded = samples.some(({ expected }) => expected.size > 0)
  const notes = recorded ? [...unfit] : []
  const warnings = recorded ? [] : unfit
  const quantised = job.request.quant !== 'none'
  if (recorded && quantised) notes.push(await checkConversion(job, engine, samples))
  const judged = await compare(job, engine, samples, recorded && !quantised ? 'recorded' : 'float')
  return outcomeOf(judged, notes, warnings)
}

const outcomeOf = (
  { candidate, validation, notes: said }: Judged,
  notes: readonly string[],
  warnings: readonly string[],
): ValidationOutcome => ({
  candidate,
  validation: reported(validation),
  notes: [...notes, ...said, ...validation.notes],
  warnings,
})

const reported = ({ reference, outputs, passed }: Validation): ReportedValidation => ({
  reference,
  outputs: outputs.map((output) => ({ ...output })),
  passed,
})

const unvalidated = ({ candidate }: ValidationJob, warning: string): ValidationOutcome => ({
  candidate,
  validation: null,
  notes: [],
  warnings: [warning],
})

/** Before a quantised result is judged, the float conversion must equal what the framework recorded. */
async function checkConversion(
  { request, reference }: ValidationJob,
  engine: Engine,
  samples: readonly Sample[],
): Promise<string> {
  const float = reference.encoded()
  const budget = budgetFor('conversion')
  const checked = await validate({ engine, reference: 'recorded', candidate: float, samples, budget })
  if (!checked.passed) throw overBudget({ ...request, quant: 'none' }, checked, 'recorded')
  const worst = Math.max(0, ...checked.outputs.map(({ maxAbs }) => maxAbs ?? 0))
  return `Before quantisation: at most ${worst.toPrecision(2)} from the recorded outputs`
}

async function compare(
  job: ValidationJob,
  engine: Engine,
  samples: readonly Sample[],
  against: 'recorded' | 'float',
): Promise<Judged> {
  const { request, reference, candidate } = job
  const budget = budgetFor(budgetName(request.quant), request)
  const answers = await wantedAnswers(reference, engine, samples, against)
  const judged = ({ encoded }: Candidate): Promise<Validation> =>
    judge(engineModel(encoded), answers, { engine, budget })
  const validation = await judged(candidate)
  if (validation.passed) return { candidate, validation, notes: [] }
  const work = samples.length * workOf(reference.model)
  const within = await keepBudget({ candidate, validation }, { ...job, judge: judged, work })
  if (!within) throw overBudget(request, validation, against)
  return within
}

/** What the framework recorded, and of outputs that it did not record what the reference gives. */
async function wantedAnswers(
  reference: Reference,
  engine: Engine,
  samples: readonly Sample[],
  against: 'recorded' | 'float',
): Promise<Answers> {
  if (against === 'float') return referenceAnswers(reference, engine, samples)
  const recorded = await answersOf(against, { engine, samples })
  const outputs = reference.model.graph.outputs.map(({ name }) => name)
  const isComplete = recorded.samples.every(({ wanted }) => outputs.every((name) => wanted.has(name)))
  if (isComplete) return recorded
  return withRecorded(await referenceAnswers(reference, engine, samples), samples, recorded.description)
}

const budgetName = (quant: Request['quant']): BudgetName =>
  quant === 'none' ? 'conversion' : quant === 'fp16' ? 'fp16' : 'int8'

/** On inputs of the model's own hints where it runs on them, else of the first sizes that it runs on. */
async function validateSeeded(job: ValidationJob, engine: Engine): Promise<ValidationOutcome> {
  const { model, encoded } = job.reference
  try {
    return await compareSeeded(job, engine, model)
  } catch (error) {
    if (!(error instanceof ModelError) || error.code !== 'ENGINE_FAILED') throw error
    const search = await findSizes(engine, encoded(), model)
    if (search.runs === 'as it is') throw error
    if (search.runs === 'never') {
      const {
        what,
        why = what,
        next = 'Give sizes that it takes with input=…, or record samples beside it',
      } = search.failure
      return unvalidated(
        job,
        `The result was not validated: on seeded inputs the model itself fails (${why}). ${next}`,
      )
    }
    return compareSeeded(job, engine, search.model)
  }
}

async function compareSeeded(job: ValidationJob, engine: Engine, sized: Model): Promise<ValidationOutcome> {
  const { samples, notes } = samplesFor(sized, [])
  return outcomeOf(await compare(job, engine, samples, 'float'), notes, [])
}
