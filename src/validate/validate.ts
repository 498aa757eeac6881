import type { Engine, EngineModel, EngineSession, EngineTensor } from '../engine/index.ts'
import { ModelError } from '../errors/index.ts'
import type { DType } from '../graph/index.ts'
import { type Budget, budgetUse, missed } from './budget.ts'
import { OutputComparison, type OutputMetrics } from './metrics.ts'
import type { Sample } from './samples.ts'

export interface ValidationRequest {
  readonly engine: Engine
  /** What the candidate is held to: another model run on the same inputs, or the outputs that the samples record. */
  readonly reference: EngineModel | 'recorded'
  readonly candidate: EngineModel
  readonly samples: readonly Sample[]
  readonly budget: Budget
}

export interface OutputReport {
  readonly name: string
  /** null where it is infinite: infinity has no JSON. */
  readonly maxAbs: number | null
  /** null where it is infinite: the two are equal, or (`maxAbs` is null too) one is NaN where the other is not. */
  readonly sqnrDb: number | null
  readonly cosine: number
  /** Share of rows with the same largest element, or of equal elements for outputs that are no floats. */
  readonly agreement: number
}

export interface Validation {
  /** What was compared with, in words. */
  readonly reference: string
  readonly outputs: readonly OutputReport[]
  readonly passed: boolean
  /** How much of the budget each output uses up: above 1 it misses. */
  readonly budgetUse: readonly number[]
  /** What the budget misses, and what is odd about the outputs. */
  readonly notes: readonly string[]
}

/**
 * Runs the candidate on every sample in onnxruntime-web and measures how far each output is from the reference's.
 *
 * @throws ModelError ENGINE_FAILED when either model cannot be loaded or run.
 * @example
 * const { samples } = samplesFor(model, recordings)
 * const report = await validate({ engine, reference: { bytes: float }, candidate: { bytes: int8 }, samples, budget: budgetFor('int8') })
 */
export async function validate({ reference, candidate, ...rest }: ValidationRequest): Promise<Validation> {
  return judge(candidate, await answersOf(reference, rest), rest)
}

/** What candidates are held to, run once for all of them. */
export interface Answers {
  /** What was run, on what, in words. */
  readonly description: string
  /** Inputs, with the outputs wanted for them. */
  readonly samples: readonly { readonly inputs: Sample['inputs']; readonly wanted: Outputs }[]
}

/**
 * @param name what a model that is run is called in the report.
 * @throws ModelError ENGINE_FAILED when the reference cannot be loaded or run.
 */
export async function answersOf(
  reference: ValidationRequest['reference'],
  { engine, samples }: Pick<ValidationRequest, 'engine' | 'samples'>,
  name = 'the float model',
): Promise<Answers> {
  if (reference === 'recorded') {
    const recorded = samples.filter(({ expected }) => expected.size > 0)
    return {
      description: `recorded framework outputs, on ${labels(recorded)}`,
      samples: recorded.map(({ inputs, expected }) => ({ inputs, wanted: expected })),
    }
  }
  const session = await engine.session(reference)
  try {
    return {
      description: `${name} in onnxruntime-web ${engine.version}, on ${labels(samples)}`,
      samples: await runAll(session, samples),
    }
  } finally {
    await session.release()
  }
}

/** Runs a candidate on what the reference has answered. @throws ModelError as `validate` */
export async function judge(
  candidate: EngineModel,
  { description, samples }: Answers,
  { engine, budget }: Pick<ValidationRequest, 'engine' | 'budget'>,
): Promise<Validation> {
  const comparisons = new Map<string, Compared>()
  const judged = await engine.session(candidate)
  try {
    for (const { inputs, wanted } of samples) compare(comparisons, wanted, await judged.run(inputs))
  } finally {
    await judged.release()
  }
  return summarise(description, [...comparisons.values()], budget)
}

interface Compared {
  readonly comparison: OutputComparison
  readonly dtype: DType
}

type Outputs = ReadonlyMap<string, EngineTensor>

async function runAll(session: EngineSession, samples: readonly Sample[]): Promise<Answers['samples']> {
  const answers: { inputs: Sample['inputs']; wanted: Outputs }[] = []
  for (const { inputs } of samples) answers.push({ inputs, wanted: await session.run(inputs) })
  return answers
}

const labels = (samples: readonly Sample[]): string =>
  samples.map(({ label }) => label).join(', ') || 'no samples'

function compare(comparisons: Map<string, Compared>, wanted: Outputs, given: Outputs): void {
  for (const [name, reference] of wanted) {
    const candidate = given.get(name)
    if (!candidate || candidate.dtype !== reference.dtype || `${candidate.dims}` !== `${reference.dims}`)
      throw differentShape(name, reference, candidate)
    const entry = comparisons.get(name) ?? {
      comparison: new OutputComparison(name),
      dtype: reference.dtype,
    }
    comparisons.set(name, entry)
    entry.comparison.add(reference, candidate)
  }
}

const differentShape = (name: string, wanted: EngineTensor, given: EngineTensor | undefined): ModelError =>
  new ModelError('OVER_BUDGET', {
    what: `Output ${name} is ${given ? `${given.dtype}[${given.dims}]` : 'missing'}, and its reference ${wanted.dtype}[${wanted.dims}]`,
    next: 'Please report this model: dtype and dims never depend on how it is converted',
  })

function summarise(reference: string, compared: readonly Compared[], budget: Budget): Validation {
  const judged = compared.map(({ comparison, dtype }) => ({ metrics: comparison.metrics, dtype }))
  const misses = judged.flatMap(({ metrics, dtype }) => missed(metrics, dtype, budget))
  const oddities = judged
    .filter(({ metrics }) => metrics.nonFinite > 0)
    .map(
      ({ metrics }) =>
        `${metrics.name} holds ${metrics.nonFinite} NaN or infinite elements, the same in both`,
    )
  return {
    reference,
    outputs: judged.map(({ metrics }) => outputReport(metrics)),
    passed: misses.length === 0,
    budgetUse: judged.map(({ metrics, dtype }) => budgetUse(metrics, dtype, budget)),
    notes: [...misses, ...oddities],
  }
}

const outputReport = ({ name, maxAbs, sqnrDb, cosine, agreement }: OutputMetrics): OutputReport => ({
  name,
  maxAbs: finiteOrNull(maxAbs),
  sqnrDb: finiteOrNull(sqnrDb),
  cosine,
  agreement,
})

const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null)
