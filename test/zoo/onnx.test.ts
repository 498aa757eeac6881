import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import * as ort from 'onnxruntime-web'
import { describe, expect, it } from 'vitest'
import { frontEndOf } from '../../src/formats/index.ts'
import { onnx } from '../../src/formats/onnx/index.ts'
import {
  type ByteSource,
  joinChunks,
  MemorySource,
  type Model,
  print,
  readSnapshot,
  type Value,
  verify,
  writeModel,
  writeSnapshot,
} from '../../src/graph/index.ts'
import { difference, type Feeds, run } from '../graph/onnx/runtime.ts'

/**
 * Real models, which the repository does not hold: `UNPLUGIN_MODEL_ZOO=<folder> npx vitest run test/zoo`. Each is read,
 * adapted, verified and written, and must give what the original gives.
 */
const zoo = process.env['UNPLUGIN_MODEL_ZOO']
const files = zoo === undefined ? [] : onnxFiles(zoo)

function onnxFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.onnx'))
    .sort()
    .map((file) => join(folder, file))
}

/** Sizes for dims that a model leaves open, by input and axis; 1 where nothing is said. */
const SIZES: { readonly [input: string]: readonly number[] } = {
  // silero-vad: one chunk of audio, state of a batch of one.
  input: [1, 512],
  state: [2, 1, 128],
}
/** Inputs that are not data: silero-vad's sampling rate. */
const SETTINGS: { readonly [input: string]: bigint } = { sr: 16000n }
const SEED = 21

/** xorshift32, in [-0.5, 0.5). */
function noise(count: number, seed: number): Float32Array {
  let state = seed
  return Float32Array.from({ length: count }, () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32 - 0.5
  })
}

function feedFor({ name, dtype, dims }: Value, index: number): ort.Tensor {
  const sizes = dims.map((dim, axis) => (typeof dim === 'number' ? dim : (SIZES[name]?.[axis] ?? 1)))
  const count = sizes.reduce((product, size) => product * size, 1)
  if (dtype === 'int64')
    return new ort.Tensor('int64', new BigInt64Array(count).fill(SETTINGS[name] ?? 1n), sizes)
  if (dtype === 'float32') return new ort.Tensor('float32', noise(count, SEED + index), sizes)
  throw new Error(`no data for input ${name} of ${dtype}`)
}

const feedsFor = ({ graph }: Model): Feeds =>
  new Map(graph.inputs.map((input, index) => [input.name, feedFor(input, index)]))

const noFiles = (path: string): ByteSource => {
  throw new Error(`${path} is not needed`)
}

describe.skipIf(zoo === undefined)('real ONNX models (UNPLUGIN_MODEL_ZOO)', () => {
  it.each(files.map((file) => [basename(file), file]))('%s', async (name, file) => {
    const bytes = readFileSync(file)
    const source = new MemorySource(bytes, name)
    expect(frontEndOf(source)).toBe(onnx)
    const { model } = onnx.normalise(source, { inputs: [], guards: 'warn' })
    verify(model, { inference: true })

    const written = joinChunks(writeModel(model).model)
    expect(written.byteLength).toBeLessThan(bytes.byteLength * 1.02)
    const feeds = feedsFor(model)
    const [before, after] = [await run(bytes, feeds), await run(written, feeds)]
    expect([...after.keys()]).toEqual([...before.keys()])
    for (const [output, want] of before) {
      const got = after.get(output)
      expect(got && difference(got, want, 1e-5), output).toBeUndefined()
    }

    const copy = readSnapshot(joinChunks(writeSnapshot(model)), noFiles)
    expect(print(copy)).toBe(print(model))
    expect(Buffer.compare(joinChunks(writeModel(copy).model), written)).toBe(0)
  })
})

describe.runIf(zoo === undefined)('real ONNX models', () => {
  it.skip('are skipped: set UNPLUGIN_MODEL_ZOO to a folder of models to convert them', () => undefined)
})
