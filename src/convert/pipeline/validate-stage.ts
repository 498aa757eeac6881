import { createEngine, type Engine, type EngineModel } from '../../engine/index.ts'
import { ModelError } from '../../errors/index.ts'
import { type Model, symbolName } from '../../graph/index.ts'
import type { Request } from '../../request/index.ts'
import {
  type BudgetName,
  budgetFor,
  type Recording,
  type Sample,
  samplesFor,
  type Validation,
  validate,
} from '../../validate/index.ts'
import type { Validation as ReportedValidation } from '../report.ts'

/** Both models and their bytes must fit into wasm32's 4 GiB, several times over. */
const LARGEST_VALIDATED = 1.5e9

export interface ValidationJob {
  readonly request: Request
  readonly root: string
  /** The model as it was read, before any rewriting. */
  readonly reference: { readonly model: Model; readonly encoded: () => EngineModel }
  readonly candidate: { readonly bytes: number; readonly encoded: () => EngineModel }
  readonly recordings: readonly Recording[]
}

export interface ValidationOutcome {
  /** Null when nothing could be compared; `warnings` says why. */
  readonly validation: ReportedValidation | null
  readonly notes: readonly string[]
  readonly warnings: readonly string[]
}

/**
 * Runs the result in onnxruntime-web: against the outputs the source framework recorded, where there are such, else
 * against the model as it was read, on seeded inputs.
 *
 * @throws ModelError OVER_BUDGET, ENGINE_FAILED when the model does not load or run.
 */
export async function validateResult(job: ValidationJob): Promise<ValidationOutcome> {
  if (job.candidate.bytes > LARGEST_VALIDATED) {
    return unvalidated('The model is too large to be run in onnxruntime-web here, and was not validated')
  }
  const engine = createEngine({ root: job.root })
  const { samples, unfit } = fittingSamples(job)
  if (samples.length === 0) {
    const outcome = await validateSeeded(job, engine)
    return { ...outcome, warnings: [...unfit, ...outcome.warnings] }
  }
  const notes = unfit.length > 0 ? unfit : []
  const recorded = samples.some(({ expected }) => expected.size > 0)
  if (recorded && job.request.quant !== 'none') notes.push(await checkConversion(job, engine, samples))
  const validation = await compare(job, engine, samples, recorded ? 'recorded' : 'float')
  return { validation: reported(validation), notes: [...notes, ...validation.notes], warnings: [] }
}

const reported = ({ reference, outputs, passed }: Validation): ReportedValidation => ({
  reference,
  outputs: outputs.map((output) => ({ ...output })),
  passed,
})

const unvalidated = (warning: string): ValidationOutcome => ({
  validation: null,
  notes: [],
  warnings: [warning],
})

/** Recordings made for other shapes than this request's are left out, and named. */
function fittingSamples({ reference, recordings }: ValidationJob): { samples: Sample[]; unfit: string[] } {
  const samples: Sample[] = []
  const unfit: string[] = []
  for (const recording of recordings) {
    try {
      samples.push(...samplesFor(reference.model, [recording]).samples)
    } catch (error) {
      if (!(error instanceof ModelError) || error.code !== 'BAD_INPUT_SHAPE') throw error
      unfit.push(`${error.details.what}: ${error.details.why ?? ''}`)
    }
  }
  return { samples, unfit }
}

/** Before a quantised result is judged, the float conversion must equal what the framework recorded. */
async function checkConversion(
  { request, reference }: ValidationJob,
  engine: Engine,
  samples: readonly Sample[],
): Promise<string> {
  const float = reference.encoded()
  const budget = budgetFor('conversion')
  const checked = await validate({ engine, reference: 'recorded', candidate: float, samples, budget })
  if (!checked.passed) throw overBudget({ ...request, quant: 'none' }, checked)
  const worst = Math.max(0, ...checked.outputs.map(({ maxAbs }) => maxAbs ?? 0))
  return `Before quantisation: at most ${worst.toPrecision(2)} from the recorded outputs`
}

async function compare(
  { request, reference, candidate }: ValidationJob,
  engine: Engine,
  samples: readonly Sample[],
  against: 'recorded' | 'float',
): Promise<Validation> {
  const validation = await validate({
    engine,
    reference: against === 'recorded' ? 'recorded' : reference.encoded(),
    candidate: candidate.encoded(),
    samples,
    budget: budgetFor(budgetName(request.quant), request),
  })
  if (!validation.passed) throw overBudget(request, validation)
  return validation
}

const budgetName = (quant: Request['quant']): BudgetName =>
  quant === 'none' ? 'conversion' : quant === 'fp16' ? 'fp16' : 'int8'

function overBudget({ quant }: Pick<Request, 'quant'>, { notes, reference }: Validation): ModelError {
  return new ModelError('OVER_BUDGET', {
    what:
      quant === 'none'
        ? `The conversion differs from its reference: ${notes.join('; ')}`
        : `quant=${quant} costs more than allowed: ${notes.join('; ')}`,
    why: `Compared with ${reference}`,
    next:
      quant === 'none'
        ? 'Please report the model; maxError=… sets another budget'
        : 'Choose a finer form, such as quant=fp16, or another budget: minSqnr=…, maxError=…',
  })
}

/**
 * Sizes tried for dynamic dims that the request gives no size to try: a network of convolutions has no output for an
 * image of 2 x 2, and a size that runs is all that is wanted here.
 */
const SIZES: readonly (number | undefined)[] = [undefined, 64, 224, 640]

async function validateSeeded(job: ValidationJob, engine: Engine): Promise<ValidationOutcome> {
  let refusal = ''
  for (const size of SIZES) {
    const { samples, notes } = samplesFor(withSizes(job.reference.model, size), [])
    try {
      const validation = await compare(job, engine, samples, 'float')
      return { validation: reported(validation), notes: [...notes, ...validation.notes], warnings: [] }
    } catch (error) {
      if (!(error instanceof ModelError) || error.code !== 'ENGINE_FAILED') throw error
      if (await runs(job, engine, samples)) throw error
      refusal ||= error.details.why ?? error.details.what
    }
    if (!hasFreeSizes(job.reference.model)) break
  }
  return unvalidated(
    `The result was not validated: on seeded inputs the model itself fails (${refusal}). Give sizes that it takes with input=…, or record samples beside it`,
  )
}

/**
 * Whether the reference runs on these samples. @throws ModelError ENGINE_FAILED when it does not even load: no input helps.
 */
async function runs(
  { reference }: ValidationJob,
  engine: Engine,
  samples: readonly Sample[],
): Promise<boolean> {
  const session = await engine.session(reference.encoded())
  try {
    for (const { inputs } of samples) await session.run(inputs)
    return true
  } catch {
    return false
  } finally {
    await session.release()
  }
}

/** Dims that a size may be chosen for: bare symbols without a hint, other than an input's first, which is the batch. */
function freeSymbols({ graph, facts }: Model): Set<string> {
  const free = new Set<string>()
  for (const { type } of graph.inputs) {
    if (type?.kind !== 'tensor') continue
    for (const dim of type.dims?.slice(1) ?? []) {
      const name = symbolName(dim)
      if (name !== undefined && facts.get(name)?.hint === undefined) free.add(name)
    }
  }
  return free
}

const hasFreeSizes = (model: Model): boolean => freeSymbols(model).size > 0

function withSizes(model: Model, size: number | undefined): Model {
  if (size === undefined) return model
  const sized = model.clone()
  for (const name of freeSymbols(model)) sized.dynamicDim(name, { hint: size })
  return sized
}
