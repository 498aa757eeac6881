import { resolve } from 'node:path'
import { fileDigest } from './cache/digest.ts'
import { addEntry, type Dependency, findEntry, resultSchema, type StoredResult } from './cache/entry.ts'
import type { CacheFolder } from './cache/location.ts'
import { withLock } from './cache/lock.ts'
import { prune } from './cache/prune.ts'
import { touch } from './cache/touch.ts'
import { CallClock } from './call-clock.ts'
import { type ConvertJob, cacheOfJob, type JobRunner, type OnProgress } from './job.ts'
import { openRequest, type RequestedFile } from './open-request.ts'
import type { Asset, Report } from './report.ts'
import { defaultRunner } from './worker/default-runner.ts'

export interface ConvertRequest extends RequestedFile {
  /** @default UNPLUGIN_MODEL_CACHE, else node_modules/.cache/unplugin-model under root */
  readonly cacheDir?: string | undefined
  readonly onProgress?: OnProgress | undefined
}

export interface ConvertResult {
  /** Exactly what `convert --json` prints. */
  readonly report: Report
  /** Content-hashed files in the cache, the model first. They are not to be written to. */
  readonly assets: readonly Asset[]
  readonly inputs: Report['inputs']
  readonly outputs: Report['outputs']
  readonly guards: Report['guards']
  /** Canonical keys. */
  readonly request: Report['request']
  /** Absolute paths of every file that was read: what a watcher watches. */
  readonly dependencies: readonly string[]
  /** Names the result in the cache. */
  readonly cacheKey: string
}

/**
 * Converts a model, or takes the result from the cache. The work is done in a worker thread; of several processes that
 * want the same, one does it.
 *
 * @throws ModelError; nothing is emitted then.
 * @example
 * const { assets } = await convert({ file: '/app/net.pth', query: 'format=onnx&quant=int8' })
 */
export async function convert(request: ConvertRequest, givenRunner?: JobRunner): Promise<ConvertResult> {
  const clock = new CallClock()
  const opened = await clock.time('lookUp', openRequest(request))
  const { job } = opened
  const cache = cacheOfJob(job)
  const compose = (stored: StoredResult, origin: 'hit' | 'miss') =>
    composeResult(opened, cache, stored, { origin, clock })

  const hit = await clock.time('lookUp', lookUp(cache, job))
  if (hit) return compose(hit, 'hit')
  const waited = clock.begin('wait')
  return withLock(cache.lock(job.graphKey), async () => {
    waited()
    const madeMeanwhile = await clock.time('lookUp', lookUp(cache, job))
    if (madeMeanwhile) return compose(madeMeanwhile, 'hit')
    const started = clock.begin('start')
    const runner = givenRunner ?? (await defaultRunner())
    const made = await runner.convert(job, (progress) => {
      started()
      request.onProgress?.(progress)
    })
    await addEntry(cache.result(job.resultKey), resultSchema, made)
    await prune(cache)
    return compose(made, 'miss')
  })
}

/** A result whose files are as they were, and whose assets are still what they were. */
async function lookUp(cache: CacheFolder, job: ConvertJob): Promise<StoredResult | undefined> {
  const path = cache.result(job.resultKey)
  // Before it is read: from here on a pruning process leaves it alone.
  await touch(path)
  const found = await findEntry(cache, path, resultSchema, resolve(job.file, '..'))
  if (!found) return undefined
  for (const { file, sha256 } of found.assets) {
    const digest = await fileDigest(cache, cache.asset(file))
    if (digest?.sha256 !== sha256) return undefined
  }
  return found
}

function composeResult(
  { job, keys, sourceBytes }: Awaited<ReturnType<typeof openRequest>>,
  cache: CacheFolder,
  { findings, assets: stored, dependencies }: StoredResult,
  { origin, clock }: { readonly origin: 'hit' | 'miss'; readonly clock: CallClock },
): ConvertResult {
  const { format, stages: ran, ...rest } = findings
  const stages = origin === 'hit' ? ran.map((stage) => ({ ...stage, ms: 0, cached: true })) : ran
  const assets = stored.map(({ file, ...asset }) => ({ path: cache.asset(file), ...asset }))
  const report: Report = {
    source: { path: job.file, format, bytes: sourceBytes },
    request: keys,
    assets,
    ...rest,
    stages,
    cache: origin,
    ...clock.told(stages),
  }
  return {
    report,
    assets,
    inputs: report.inputs,
    outputs: report.outputs,
    guards: report.guards,
    request: keys,
    dependencies: [job.file, ...dependencies.flatMap((each) => existing(job.file, each))],
    cacheKey: job.resultKey,
  }
}

const existing = (file: string, { path, sha256 }: Dependency): string[] =>
  sha256 === null ? [] : [resolve(file, '..', path)]
