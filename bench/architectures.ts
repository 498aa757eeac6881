import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { asModelError, convert } from '../src/convert/index.ts'
import type { JobRunner } from '../src/convert/job.ts'
import { runConvertJob } from '../src/convert/pipeline/run-convert-job.ts'
import { runInspectJob } from '../src/convert/pipeline/run-inspect-job.ts'
import { createEngine, type EngineSession, type EngineTensor, engineTensor } from '../src/engine/index.ts'
import { MemorySource } from '../src/graph/bytes/index.ts'
import { readNpz } from '../src/graph/bytes/npz.ts'
import { type Tensor, tensorData } from '../src/graph/index.ts'

const PROGRAM = fileURLToPath(new URL('architectures/record.py', import.meta.url))
const TABLE = fileURLToPath(new URL('architectures/models.json', import.meta.url))

/** Of the scale of an output, its largest magnitude. */
const TOLERANCE = 1e-4

interface Entry {
  readonly file: string
  readonly class: string
  readonly args?: unknown
  /** Dtype, name of the batch and the other dims, by input. */
  readonly inputs: Readonly<Record<string, readonly [dtype: string, ...dims: (string | number)[]]>>
}

interface Repository {
  readonly folder: string
  readonly repository: string
  readonly licence: string
  readonly models: readonly Entry[]
}

interface Outcome {
  readonly name: string
  /** Largest difference over both batches, of the scale. */
  readonly error: number
  /** Of the conversion, without validation. */
  readonly ms: number
  readonly problem?: string
}

/**
 * Converts models of other people's repositories from their own source, and holds the results against torch's at two
 * batches. The repositories are no part of this one: the first argument is a folder that has them, by the names of
 * `architectures/models.json`.
 *
 * @param args That folder; one for the weights that `record.py` makes and keeps (PYTHON names an interpreter with torch,
 * else python3); words that choose models by their titles.
 */
export async function main([sources, kept, ...words]: readonly string[]): Promise<void> {
  if (!sources || !kept) {
    console.error('usage: node bench/run.mjs architectures SOURCES RECORDINGS [WORDS]')
    process.exitCode = 2
    return
  }
  const recordings = resolve(kept)
  await record(resolve(sources), recordings, words)
  const repositories: readonly Repository[] = JSON.parse(await readFile(TABLE, 'utf8'))
  const rows: string[] = []
  for (const repository of repositories) {
    const outcomes = await outcomesOf(repository, recordings, words)
    if (outcomes.length > 0) rows.push(rowOf(repository, outcomes))
  }
  console.log('\n| repository | licence | models | agree with torch | worst error | slowest, ms |')
  console.log('|---|---|---|---|---|---|')
  console.log(rows.join('\n'))
}

async function record(sources: string, recordings: string, words: readonly string[]): Promise<void> {
  const python = process.env['PYTHON'] ?? 'python3'
  const { stderr } = await promisify(execFile)(python, [PROGRAM, sources, recordings, ...words])
  if (stderr) console.log(stderr.trim())
}

async function outcomesOf(
  { folder, models }: Repository,
  recordings: string,
  words: readonly string[],
): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const [index, entry] of models.entries()) {
    const name = `${folder}-${String(index).padStart(2, '0')}-${entry.class}`
    const file = join(recordings, folder, `${name}.pth`)
    if (!existsSync(file) || !words.every((word) => name.includes(word))) continue
    const outcome = await outcomeOf(name, file, entry)
    console.log(
      `${name}: ${outcome.problem ?? `${outcome.error.toExponential(1)}${outcome.error <= TOLERANCE ? '' : ' WRONG'}, ${Math.round(outcome.ms)} ms`}`,
    )
    outcomes.push(outcome)
  }
  return outcomes
}

const RUNNER: JobRunner = { convert: runConvertJob, inspect: async (job) => runInspectJob(job) }

async function outcomeOf(name: string, file: string, entry: Entry): Promise<Outcome> {
  const cacheDir = await mkdtemp(join(tmpdir(), 'architectures-'))
  try {
    const { assets, report } = await convert({ file, query: queryOf(entry), cacheDir }, RUNNER)
    const [asset] = assets
    const bytes = asset ? await readFile(asset.path) : new Uint8Array()
    const samples = await samplesOf(file.replace(/\.pth$/, '.npz'))
    const error = await worstError(bytes, samples)
    return { name, error, ms: report.ms }
  } catch (error) {
    const problem = asModelError(error).message
    return { name, error: Number.NaN, ms: Number.NaN, problem }
  } finally {
    await rm(cacheDir, { recursive: true, force: true })
  }
}

function queryOf({ file, class: name, args, inputs }: Entry): string {
  const specs = Object.entries(inputs).map(
    ([input, [dtype, ...dims]]) => `input=${input}:${dtype}[${dims.join(',')}]`,
  )
  const given = args === undefined ? [] : [`args=${encodeURIComponent(JSON.stringify(args))}`]
  return [`arch=./${file}`, `class=${name}`, ...given, ...specs, 'validate=off'].join('&')
}

/** Inputs and outputs of one batch, in order. */
interface Sample {
  readonly inputs: Map<string, EngineTensor>
  readonly outputs: Tensor[]
}

async function worstError(bytes: Uint8Array, samples: readonly Sample[]): Promise<number> {
  const session = await engine.session({ bytes })
  try {
    let worst = 0
    for (const sample of samples) worst = Math.max(worst, await errorOf(session, sample))
    return worst
  } finally {
    await session.release()
  }
}

const engine = createEngine()

async function samplesOf(recording: string): Promise<Sample[]> {
  const samples = new Map<string, Sample>()
  for (const [key, array] of readNpz(new MemorySource(await readFile(recording), dirname(recording)))) {
    const [batch = '', direction, name = ''] = key.split(':')
    const sample: Sample = samples.get(batch) ?? { inputs: new Map(), outputs: [] }
    samples.set(batch, sample)
    const tensor = array.read()
    if (direction === 'input')
      sample.inputs.set(name, engineTensor(tensor.dtype, tensor.dims, tensor.bytes()))
    else sample.outputs.push(tensor)
  }
  return [...samples.values()]
}

async function errorOf(session: EngineSession, { inputs, outputs }: Sample): Promise<number> {
  const given = [...(await session.run(inputs)).values()]
  if (given.length !== outputs.length) return Number.POSITIVE_INFINITY
  return Math.max(...outputs.map((wanted, index) => difference(wanted, given[index])))
}

function difference(wanted: Tensor, given: EngineTensor | undefined): number {
  if (!given || given.dims.join() !== wanted.dims.join()) return Number.POSITIVE_INFINITY
  const numbers = tensorData(wanted)
  let scale = Number.MIN_VALUE
  let worst = 0
  for (let at = 0; at < numbers.length; at++) {
    const value = Number(numbers[at])
    scale = Math.max(scale, Math.abs(value))
    const apart = Math.abs(value - Number(given.data[at]))
    // A NaN is as far as can be.
    if (!(apart <= worst)) worst = Number.isNaN(apart) ? Number.POSITIVE_INFINITY : apart
  }
  return worst / scale
}

function rowOf({ repository, licence }: Repository, outcomes: readonly Outcome[]): string {
  const good = outcomes.filter(({ error }) => error <= TOLERANCE)
  const worst = Math.max(...good.map(({ error }) => error))
  const slowest = Math.max(...good.map(({ ms }) => ms))
  return `| ${[repository, licence, outcomes.length, good.length, worst.toExponential(1), Math.round(slowest)].join(' | ')} |`
}
