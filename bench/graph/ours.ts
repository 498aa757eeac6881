import { writeFile } from 'node:fs/promises'
import {
  adaptModel,
  joinChunks,
  MemorySource,
  type Model,
  readModel,
  writeModel,
} from '../../src/graph/index.ts'
import { rewrite } from '../../src/rewrite/index.ts'

/** Milliseconds of processor time, the least of some runs. */
export interface OurTimes {
  /** Reading, adapting and rewriting. */
  readonly total: number
  readonly rewrite: number
}

const RUNS = 5
const SECONDS = 5

export async function writeOurs(bytes: Uint8Array, target: string): Promise<void> {
  const model = readAndAdapt(bytes)
  rewrite(model, { level: 'all' })
  await writeFile(target, joinChunks(writeModel(model).model))
}

export function timeOurs(bytes: Uint8Array): OurTimes {
  const runs: OurTimes[] = []
  const end = performance.now() + SECONDS * 1000
  while (runs.length < RUNS && (runs.length === 0 || performance.now() < end)) {
    const start = processorTime()
    const model = readAndAdapt(bytes)
    const adapted = processorTime()
    rewrite(model, { level: 'all' })
    const done = processorTime()
    runs.push({ total: done - start, rewrite: done - adapted })
  }
  return {
    total: Math.min(...runs.map(({ total }) => total)),
    rewrite: Math.min(...runs.map((run) => run.rewrite)),
  }
}

function readAndAdapt(bytes: Uint8Array): Model {
  const model = readModel(new MemorySource(bytes))
  adaptModel(model)
  return model
}

function processorTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
