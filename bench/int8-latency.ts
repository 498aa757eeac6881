import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { convert } from '../src/convert/index.ts'
import type { JobRunner } from '../src/convert/job.ts'
import { runConvertJob } from '../src/convert/pipeline/run-convert-job.ts'
import { runInspectJob } from '../src/convert/pipeline/run-inspect-job.ts'
import { createEngine, type EngineTensor } from '../src/engine/index.ts'
import { MemorySource } from '../src/graph/index.ts'
import { readModel } from '../src/graph/onnx/index.ts'
import { OutputComparison, samplesFor } from '../src/validate/index.ts'
import { interleave, type Variant } from './timing.ts'

const FIXTURE = fileURLToPath(new URL('../fixtures/patchnet/net.pth', import.meta.url))
const SCHEMES = ['none', 'fp16', 'int8', 'int8-weights', 'int8-dynamic'] as const

/**
 * Size, latency on the wasm provider and error of every scheme, beside what onnxruntime's own Python quantiser makes of the
 * same float model (where Python with onnxruntime is there: PYTHON, else python3).
 *
 * @param args A model to convert instead of the fixture, and a query for it (`input=…`).
 */
export async function main([file = FIXTURE, query = '']: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'int8-latency-'))
  try {
    const candidates = await ours(resolve(file), query, folder)
    const [float] = candidates
    if (float) candidates.push(...(await peers(float.path, folder)))
    await compare(candidates)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface Candidate {
  readonly name: string
  readonly path: string
}

async function ours(file: string, query: string, cacheDir: string): Promise<Candidate[]> {
  const runner: JobRunner = { convert: runConvertJob, inspect: async (job) => runInspectJob(job) }
  const candidates: Candidate[] = []
  for (const quant of SCHEMES) {
    const full = [query, `quant=${quant}`, 'validate=off'].filter(Boolean).join('&')
    const { assets, report } = await convert({ file, query: full, cacheDir }, runner)
    const [asset] = assets
    if (asset) candidates.push({ name: quant === 'none' ? 'float' : `quant=${quant}`, path: asset.path })
    const counts = new Map<string, number>()
    for (const { scheme } of report.quantization.layers) counts.set(scheme, (counts.get(scheme) ?? 0) + 1)
    console.log(
      `${quant}: ${[...counts].map(([scheme, count]) => `${count} ${scheme}`).join(', ') || 'float'}`,
    )
  }
  return candidates
}

/** The peer as users call it, with its default int8 weights, and with the uint8 weights that its convolutions need on wasm. */
const PEER = `
import sys
from onnxruntime.quantization import QuantType, quantize_dynamic
source, folder = sys.argv[1:]
for kind in (QuantType.QInt8, QuantType.QUInt8):
    quantize_dynamic(source, f"{folder}/{kind.name}.onnx", weight_type=kind)
`

async function peers(source: string, folder: string): Promise<Candidate[]> {
  const python = process.env['PYTHON'] ?? 'python3'
  try {
    await promisify(execFile)(python, ['-c', PEER, source, folder])
  } catch (error) {
    console.log(`no peer: ${error instanceof Error ? error.message.split('\n').at(-2) : error}`)
    return []
  }
  return ['QInt8', 'QUInt8'].map((kind) => ({
    name: `quantize_dynamic ${kind}`,
    path: join(folder, `${kind}.onnx`),
  }))
}

async function compare(candidates: readonly Candidate[]): Promise<void> {
  const engine = createEngine()
  const files = await Promise.all(candidates.map(({ path }) => readFile(path)))
  const [float] = files
  if (!float) return
  const [sample] = samplesFor(readModel(new MemorySource(float)), [], { count: 1 }).samples
  if (!sample) return
  const variants: Variant[] = []
  const answers: ReadonlyMap<string, EngineTensor>[] = []
  for (const [index, bytes] of files.entries()) {
    const session = await engine.session({ bytes })
    answers.push(await session.run(sample.inputs))
    variants.push({ name: candidates[index]?.name ?? '', run: () => session.run(sample.inputs) })
  }
  const timings = await interleave(variants, { seconds: 3 })
  console.log(`\nonnxruntime-web ${engine.version}, wasm, one thread, ${process.version}\n`)
  console.log('| | bytes | of float | ms | of float | worst output, dB |\n|---|---|---|---|---|---|')
  for (const [index, { name, ms, ratio }] of timings.entries()) {
    const bytes = files[index]?.byteLength ?? 0
    const loss = worstDb(answers[0] ?? new Map(), answers[index] ?? new Map())
    const cells = [
      name,
      bytes,
      (bytes / float.byteLength).toFixed(3),
      ms.toFixed(2),
      ratio.toFixed(2),
      loss.toFixed(1),
    ]
    console.log(`| ${cells.join(' | ')} |`)
  }
}

function worstDb(
  wanted: ReadonlyMap<string, EngineTensor>,
  given: ReadonlyMap<string, EngineTensor>,
): number {
  const losses = [...wanted].map(([name, reference]) => {
    const comparison = new OutputComparison(name)
    const candidate = given.get(name)
    if (candidate) comparison.add(reference, candidate)
    return comparison.metrics.sqnrDb
  })
  return Math.min(...losses)
}
