import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { sha256 } from '../../src/convert/cache/digest.ts'
import { dependenciesOf } from '../../src/convert/cache/entry.ts'
import { type ConvertJob, cacheOfJob, type JobRunner, type OnProgress } from '../../src/convert/job.ts'

interface FakeTimes {
  readonly startMs: number
  readonly stageMs: number
  readonly endMs: number
}

/** A runner whose "conversion" wraps the file's bytes and those of `net.side`, so that caching is tested alone. */
export function fakeRunner(
  { startMs, stageMs, endMs }: FakeTimes = { startMs: 0, stageMs: 0, endMs: 0 },
): JobRunner & { runs: number } {
  const runner = {
    runs: 0,
    async convert(job: ConvertJob, onProgress: OnProgress) {
      runner.runs++
      await setTimeout(startMs)
      onProgress({ stage: 'parse', index: 0, total: 1 })
      await setTimeout(stageMs + endMs)
      const cache = cacheOfJob(job)
      const folder = dirname(job.file)
      const side = readIfThere(`${folder}/net.side`)
      const bytes = Buffer.concat([readFileSync(job.file), side, Buffer.from(job.query)])
      const digest = sha256(bytes)
      const file = `${basename(job.file)}-${digest.slice(0, 8)}.onnx`
      mkdirSync(dirname(cache.asset(file)), { recursive: true })
      writeFileSync(cache.asset(file), bytes)
      return {
        dependencies: await dependenciesOf(cache, folder, ['net.side']),
        assets: [{ file, bytes: bytes.byteLength, sha256: digest, role: 'model' as const }],
        graph: job.graphKey,
        findings: {
          format: 'fake',
          inputs: [{ name: 'x', dtype: 'float32', shape: ['N', 3] }],
          outputs: [],
          stages: [{ name: 'parse', ms: stageMs, nodesBefore: 0, nodesAfter: 0, notes: [] }],
          quantization: { scheme: 'none', layers: [] },
          validation: null,
          guards: [],
          assumptions: [],
          warnings: [],
        },
      }
    },
    inspect: () => Promise.reject(new Error('not asked for')),
  }
  return runner
}

function readIfThere(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch {
    return Buffer.alloc(0)
  }
}
