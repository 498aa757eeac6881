import { parse } from 'node:path'
import type { Model } from '../../graph/index.ts'
import type { Quantization } from '../../quantize/index.ts'
import { parseRequest } from '../../request/index.ts'
import { rewrite } from '../../rewrite/index.ts'
import { dependenciesOf, type StoredResult } from '../cache/entry.ts'
import { ModelFiles } from '../files/index.ts'
import { type ConvertJob, cacheOfJob, type OnProgress } from '../job.ts'
import type { Port } from '../report.ts'
import { type Candidate, candidateUnder, quantised } from './candidate.ts'
import { checkAssumptions } from './check-assumptions.ts'
import { emitAssets, safeStem } from './emit.ts'
import { encode, engineModel } from './encode.ts'
import { namedFiles } from './front-end-options.ts'
import { portsOf } from './ports.ts'
import { readGraph } from './read-graph.ts'
import { recordGuards } from './record-guards.ts'
import { recordingsBeside } from './recordings.ts'
import { filesRead, type Run } from './run.ts'
import { selectPorts } from './select-ports.ts'
import { StageClock } from './stage-clock.ts'
import { unreadKeys } from './unread-keys.ts'
import { type ValidationJob, type ValidationOutcome, validateResult } from './validate-stage.ts'

/**
 * The whole pipeline: reads the model, converts it, checks the result, and only then writes it into the cache's assets.
 *
 * @throws ModelError; nothing was emitted then.
 */
export async function runConvertJob(job: ConvertJob, onProgress: OnProgress): Promise<StoredResult> {
  const request = parseRequest(job.query)
  using files = new ModelFiles(job.file, { displayName: job.displayName, named: namedFiles(request) })
  const run: Run = { job, request, files, clock: new StageClock(onProgress) }
  const { stem, dataName } = outputNames(job)

  const source = await readGraph(run)
  const { model } = source
  checkAssumptions(source, request)
  selectPorts(model, request)
  const original = model.clone()
  await rewriteStage(run, model)
  recordGuards(model, source.guards)
  const candidate = await serialiseStage(run, await quantiseStage(run, model), dataName)
  const recordings = request.validate === 'off' ? [] : recordingsBeside(files, request)
  // Before validation: after it, every turn of the event loop waits for the engine's background compilation.
  const cache = cacheOfJob(job)
  const dependencies = await dependenciesOf(cache, files.folder, [...source.read, ...filesRead(run)])
  const outcome = await validateStage(run, {
    reference: { model: original, encoded: () => engineModel(encode(original, 'reference.data')) },
    candidate,
    candidateUnder: (limits) => candidateUnder(model, request, dataName, limits),
    recordings,
  })
  const { quantization, encoded } = outcome.candidate
  files.checkUnchanged()
  const assets = await run.clock.run(
    'emit',
    () => model,
    () => emitAssets(cache, stem, encoded),
  )

  const ports = portsOf(model)
  return {
    dependencies,
    assets,
    graph: job.graphKey,
    findings: {
      format: source.format,
      ...ports,
      stages: [...run.clock.stages],
      quantization: { scheme: quantization.scheme, layers: [...quantization.layers] },
      validation: outcome.validation,
      guards: [...source.guards],
      assumptions: [...source.assumptions],
      warnings: [
        ...unreadKeys(request, source.format),
        ...source.warnings,
        ...outcome.warnings,
        ...untouched(quantization, outcome, ports.outputs),
      ],
    },
  }
}

/** Floats that are equal though layers lost something: the samples took another branch, and say nothing of the loss. */
function untouched(
  { layers }: Quantization,
  { validation }: ValidationOutcome,
  outputs: readonly Port[],
): string[] {
  const lossy = layers.some(({ sqnrDb }) => sqnrDb !== null)
  const tells = outputs.some(({ dtype }) => dtype.startsWith('float'))
  if (!lossy || !tells || !validation?.outputs.every(({ maxAbs }) => maxAbs === 0)) return []
  return [
    'The cost of quantisation is not known: what it was validated on does not reach a quantised layer. Record samples beside the model',
  ]
}

/** The data file's name stands in the model, so it is made from what goes in and not from what comes out. */
function outputNames({ file, resultKey }: ConvertJob): { stem: string; dataName: string } {
  const stem = safeStem(parse(file).name)
  return { stem, dataName: `${stem}-${resultKey.slice(0, 16)}.onnx.data` }
}

async function rewriteStage({ request, clock }: Run, model: Model): Promise<void> {
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

async function quantiseStage({ request, clock }: Run, rewritten: Model): Promise<Omit<Candidate, 'encoded'>> {
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

const serialiseStage = (
  { clock }: Run,
  made: Omit<Candidate, 'encoded'>,
  dataName: string,
): Promise<Candidate> =>
  clock.run(
    'serialise',
    () => made.model,
    () => ({ ...made, encoded: encode(made.model, dataName) }),
  )

async function validateStage(
  { request, job, clock }: Run,
  stage: Pick<ValidationJob, 'reference' | 'candidate' | 'candidateUnder' | 'recordings'>,
): Promise<ValidationOutcome> {
  const { candidate, reference } = stage
  if (request.validate === 'off') return { candidate, validation: null, notes: [], warnings: [] }
  return clock.run(
    'validate',
    () => reference.model,
    async ({ notes, progress }) => {
      const outcome = await validateResult({ ...stage, request, root: job.root, progress })
      notes.push(...outcome.notes)
      return outcome
    },
  )
}
