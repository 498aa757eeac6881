import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Census, censusOf, optimiseByRuntime } from './census.ts'
import type { BenchModel } from './models.ts'
import { timesOfOurs, writeOurs } from './ours.ts'
import { largestDifference, type Outputs, outputsOf } from './outputs.ts'
import type { Peers, Runtime } from './peers.ts'
import type { OurTimes, Times } from './times.ts'

/** What one contender made of a model. */
export interface Result {
  readonly name: string
  readonly written: Census
  /** After onnxruntime's own optimiser. */
  readonly optimised: Census
  /** Largest difference from the source's outputs, of their scale. */
  readonly error: number
  /** Of a peer that tells them. */
  readonly times?: Times | undefined
}

export interface Failure {
  readonly name: string
  readonly problem: string
}

export interface Comparison {
  readonly model: BenchModel
  readonly raw: Census
  readonly peers: readonly (Result | Failure)[]
  readonly ours: Result | Failure
  readonly times: OurTimes | undefined
}

export const succeeded = (result: Result | Failure): result is Result => 'written' in result

/** Runs every contender on a model; what they write stays in the folder. */
export async function compare(model: BenchModel, peers: Peers, folder: string): Promise<Comparison> {
  const bytes = await readFile(model.file)
  const outputs = await outputsOf(peers.runtime, model.file, model)
  const contend = (name: string, make: Make) =>
    resultOf(name, make, { model, outputs, runtime: peers.runtime, folder })
  const results = [
    await contend('onnxruntime', async (target) => {
      await copyFile(model.file, target)
      return undefined
    }),
  ]
  for (const [name, simplify] of Object.entries(peers.simplifiers))
    results.push(await contend(name, (target) => simplify(model.file, target)))
  const ours = await contend('ours', async (target) => {
    await writeOurs(bytes, target)
    return undefined
  })
  return {
    model,
    raw: await censusOf(model.file),
    peers: results,
    ours,
    times: succeeded(ours) ? await timesOfOurs(model.file) : undefined,
  }
}

/** Writes a contender's model. @returns how long it takes, where it tells. */
type Make = (target: string) => Promise<Times | undefined>

interface Setting {
  readonly model: BenchModel
  /** The source's own. */
  readonly outputs: Outputs
  readonly runtime: Runtime
  readonly folder: string
}

async function resultOf(
  name: string,
  make: Make,
  { model, outputs, runtime, folder }: Setting,
): Promise<Result | Failure> {
  const [written, optimised] = [join(folder, `${name}.onnx`), join(folder, `${name}.optimised.onnx`)]
  try {
    const times = await make(written)
    await optimiseByRuntime(runtime, written, optimised)
    const error = largestDifference(outputs, await outputsOf(runtime, optimised, model))
    return {
      name,
      written: await censusOf(written),
      optimised: await censusOf(optimised),
      error,
      times,
    }
  } catch (error) {
    return { name, problem: error instanceof Error ? error.message : String(error) }
  }
}
