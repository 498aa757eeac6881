import { parse } from 'node:path'
import { ModelError } from '../../errors/index.ts'
import type { Model } from '../../graph/index.ts'
import { parseRequest } from '../../request/index.ts'
import type { Recording } from '../../validate/index.ts'
import type { StoredResult } from '../cache/entry.ts'
import { ModelFiles } from '../files/index.ts'
import { type ConvertJob, cacheOfJob, type OnProgress } from '../job.ts'
import { asModelError } from '../worker/error-wire.ts'
import { candidateUnder } from './candidate.ts'
import { checkAssumptions } from './check-assumptions.ts'
import { conditionWarnings } from './condition-warnings.ts'
import { emitAssets, safeStem } from './emit.ts'
import { encode, engineModel } from './encode.ts'
import { findingsOf } from './findings.ts'
import { frontEndOptions, namedFiles } from './front-end-options.ts'
import { nanWarnings } from './nan-weights.ts'
import { portsOf } from './ports.ts'
import { rangeGuards } from './range-guards.ts'
import { readGraph } from './read-graph.ts'
import { recordGuards } from './record-guards.ts'
import { recordingsBeside, recordingsInside } from './recordings.ts'
import { dependencies, type Run } from './run.ts'
import { selectPorts } from './select-ports.ts'
import { StageClock } from './stage-clock.ts'
import { quantiseStage, rewriteStage, serialiseStage, validateStage } from './stages.ts'

/** What the engine loads as it is. */
const ENGINE_FORMAT = 'onnx'

/**
 * The whole pipeline: reads the model, converts it, checks the result, and only then writes it into the cache's assets.
 *
 * @throws ModelError that names the files it read; nothing was emitted then.
 */
export async function runConvertJob(job: ConvertJob, onProgress: OnProgress): Promise<StoredResult> {
  const request = parseRequest(job.query)
  using files = new ModelFiles(job.file, { displayName: job.displayName, named: namedFiles(request) })
  try {
    return await convertModel({ job, request, files, clock: new StageClock(onProgress) })
  } catch (error) {
    const { code, details } = asModelError(error)
    throw new ModelError(code, { ...details, files: files.asked })
  }
}

/** What lies beside the file, else inside of it. */
function recordingsOf({ request, files }: Run, model: Model): Recording[] {
  const beside = recordingsBeside(files, request)
  if (beside.length > 0) return beside
  return recordingsInside({ source: files.source, options: frontEndOptions(request, files) }, model, request)
}

async function convertModel(run: Run): Promise<StoredResult> {
  const { job, request, files } = run
  const stem = safeStem(parse(job.file).name)
  const source = await readGraph(run)
  const { model } = source
  checkAssumptions(source, request)
  selectPorts(model, request)
  const guards = [...source.guards, ...rangeGuards(model)]
  const original = model.clone()
  await rewriteStage(run, model)
  recordGuards(model, guards)
  const candidate = await serialiseStage(run, await quantiseStage(run, model), stem)
  const recordings = request.validate === 'off' ? [] : recordingsOf(run, original)
  // Before validation: after it, every turn of the event loop waits for the engine's background compilation.
  const read = await dependencies(run, source.dependencies)
  const outcome = await validateStage(run, {
    reference: {
      model: original,
      encoded: () => engineModel(encode(original, 'reference')),
      source: source.format === ENGINE_FORMAT ? files.source : undefined,
      renamed: request.rename,
    },
    candidate,
    candidateUnder: (limits) => candidateUnder(model, request, stem, limits),
    recordings,
  })
  files.checkUnchanged()
  const result = outcome.candidate
  const assets = await run.clock.run(
    'emit',
    () => result.model,
    () => emitAssets(cacheOfJob(job), stem, result.encoded),
  )
  const warnings = [...source.warnings, ...conditionWarnings(source.guards), ...nanWarnings(original)]
  const findings = findingsOf(run, { ...source, guards, warnings }, outcome, portsOf(result.model))
  return { dependencies: read, assets, graph: job.graphKey, findings }
}
