import type { Engine, EngineModel, EngineSession, EngineTensor } from '../engine/index.ts'
import { ModelError } from '../errors/index.ts'
import { isFloat } from '../graph/index.ts'
import { type Budget, missed } from './budget.ts'
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
export async function validate(request: ValidationRequest): Promise<Validation> {
  const { engine, reference, candidate, budget } = request
  const used =
    reference === 'recorded' ? request.samples.filter(({ expected }) => expected.size > 0) : request.samples
  const comparisons = new Map<string, Compared>()
  const judged = await engine.session(candidate)
  try {
    const wanted = await answersOf(engine, reference, used)
    for (const [index, sample] of used.entries())
      compare(comparisons, wanted[index] ?? new Map(), await judged.run(sample.inputs))
  } finally {
    await judged.release()
  }
  return summarise(describe(request, used), [...comparisons.values()], budget)
}

interface Compared {
  readonly comparison: OutputComparison
  readonly exact: boolean
}

type Answers = ReadonlyMap<string, EngineTensor>

async function answersOf(
  engine: Engine,
  reference: ValidationRequest['reference'],
  samples: readonly Sample[],
): Promise<readonly Answers[]> {
  if (reference === 'recorded') return samples.map(({ expected }) => expected)
  const session = await engine.session(reference)
  try {
    return await runAll(session, samples)
  } finally {
    await session.release()
  }
}

async function runAll(session: EngineSession, samples: readonly Sample[]): Promise<Answers[]> {
  const answers: Answers[] = []
  for (const { inputs } of samples) answers.push(await session.run(inputs))
  return answers
}

function compare(comparisons: Map<string, Compared>, wanted: Answers, given: Answers): void {
  for (const [name, reference] of wanted) {
    const candidate = given.get(name)
    if (!candidate || candidate.dtype !== reference.dtype || `${candidate.dims}` !== `${reference.dims}`)
      throw differentShape(name, reference, candidate)
    const entry = comparisons.get(name) ?? {
      comparison: new OutputComparison(name),
      exact: !isFloat(reference.dtype),
    }
    comparisons.set(name, entry)
    entry.comparison.add(reference, candidate)
  }
}

const differentShape = (name: string, wanted: EngineTensor, given: EngineTensor | undefined): ModelError =>
  new ModelError('OVER_BUDGET', {
    what: `Output ${name} is ${given ? `${given.dtype}[${given.dims}]` : 'missing'}, and its reference ${wanted.dtype}[${wanted.dims}]`,
    next: 'Please report this model: dtype and dims never depend on quantisation',
  })

function describe({ engine, reference }: ValidationRequest, samples: readonly Sample[]): string {
  const what =
    reference === 'recorded'
      ? 'recorded framework outputs'
      : `the float model in onnxruntime-web ${engine.version}`
  return `${what}, on ${samples.map(({ label }) => label).join(', ') || 'no samples'}`
}

function summarise(reference: string, compared: readonly Compared[], budget: Budget): Validation {
  const judged = compared.map(({ comparison, exact }) => ({ metrics: comparison.metrics, exact }))
  const misses = judged.flatMap(({ metrics, exact }) => missed(metrics, exact, budget))
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
