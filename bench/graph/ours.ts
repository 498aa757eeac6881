import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  adaptModel,
  type ByteSource,
  joinChunks,
  MemorySource,
  type Model,
  readModel,
  writeModel,
} from '../../src/graph/index.ts'
import { rewrite } from '../../src/rewrite/index.ts'
import { type OurTimes, TIMING } from './times.ts'

const RUN = fileURLToPath(new URL('run_ours.mjs', import.meta.url))

export async function writeOurs(bytes: Uint8Array, target: string): Promise<void> {
  const model = readAndAdapt(new MemorySource(bytes))
  rewrite(model, { level: 'all' })
  await writeFile(target, joinChunks(writeModel(model).model))
}

/** Of a process that does nothing else, as the peers' are. */
export async function timesOfOurs(file: string): Promise<OurTimes> {
  const { warmUp, runs } = TIMING
  const { stdout } = await promisify(execFile)(process.execPath, [RUN, file, `${warmUp}`, `${runs}`])
  return JSON.parse(stdout)
}

export function readAndAdapt(source: ByteSource): Model {
  const model = readModel(source)
  adaptModel(model)
  return model
}
