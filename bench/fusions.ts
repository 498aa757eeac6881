import { createEngine, type Engine, type EngineSession, engineTensor } from '../src/engine/index.ts'
import { createBuilder, elementCount, Model, tensorOf, tensorType } from '../src/graph/index.ts'
import { joinChunks, writeModel } from '../src/graph/onnx/index.ts'
import { Random } from '../src/validate/random.ts'
import { ACTIVATIONS } from './fusions/activations.ts'
import { ATTENTION } from './fusions/attention.ts'
import type { Form, Fusion } from './fusions/fusion.ts'
import { MASKED_ATTENTION } from './fusions/masked-attention.ts'
import { NORMALIZATIONS } from './fusions/normalizations.ts'
import { SPLIT_ATTENTION } from './fusions/split-attention.ts'
import { interleave } from './timing.ts'

/**
 * Whether one operator is faster on the wasm provider than the nodes that it stands for: the figures behind
 * `src/targets/wasm.ts`. Both forms are loaded with onnxruntime's own optimiser at work, as in a page, and run in turn.
 *
 * @param titles Fusions to measure; all when empty.
 */
export async function main(titles: readonly string[] = []): Promise<void> {
  const engine = createEngine()
  console.log(`onnxruntime-web ${engine.version}, Node ${process.version}, one thread; medians`)
  console.log(
    '| fusion | input | written ms | as | ms | ratio | largest difference |\n|---|---|---|---|---|---|---|',
  )
  for (const fusion of [
    ...ACTIVATIONS,
    ...NORMALIZATIONS,
    ...ATTENTION,
    ...MASKED_ATTENTION,
    ...SPLIT_ATTENTION,
  ]) {
    if (titles.length > 0 && !titles.some((title) => fusion.title.includes(title))) continue
    for (const dims of fusion.sizes) await measure(engine, fusion, dims)
  }
}

async function measure(engine: Engine, fusion: Fusion, dims: readonly number[]): Promise<void> {
  const feeds = new Map([['x', engineTensor('float32', dims, noise(dims).bytes())]])
  const forms = new Map([['written', fusion.written], ...Object.entries(fusion.as)])
  const sessions = new Map<string, EngineSession>()
  for (const [name, form] of forms) {
    const session = await open(engine, form, dims).catch((error: unknown) => String(error))
    if (typeof session === 'string')
      console.log(`| ${fusion.title} | ${dims.join('x')} | | ${name} | refused: ${session.slice(0, 200)} |`)
    else sessions.set(name, session)
  }
  const timings = await interleave(
    [...sessions].map(([name, session]) => ({ name, run: () => session.run(feeds) })),
    { seconds: 0.5, warmSeconds: 0.6 },
  )
  const [written, ...others] = timings
  for (const { name, ms, ratio } of others) {
    const difference = await largestDifference(sessions.get('written'), sessions.get(name), feeds)
    const cells = [
      fusion.title,
      dims.join('x'),
      written?.ms.toFixed(3),
      name,
      ms.toFixed(3),
      ratio.toFixed(2),
    ]
    console.log(`| ${cells.join(' | ')} | ${difference.toExponential(1)} |`)
  }
  for (const session of sessions.values()) await session.release()
}

function open(engine: Engine, form: Form, dims: readonly number[]): Promise<EngineSession> {
  const model = new Model()
  const b = createBuilder(model)
  const x = model.graph.addInput('x', tensorType('float32', dims))
  model.graph.addOutput('y', form(b, x))
  return engine.session({ bytes: joinChunks(writeModel(model).model) })
}

type Feeds = Parameters<EngineSession['run']>[0]

async function largestDifference(
  a: EngineSession | undefined,
  b: EngineSession | undefined,
  feeds: Feeds,
): Promise<number> {
  const [left, right] = [await resultOf(a, feeds), await resultOf(b, feeds)]
  if (left.length !== right.length) return Number.NaN
  return left.reduce(
    (most, value, index) => Math.max(most, Math.abs(value - (right[index] ?? Number.NaN))),
    0,
  )
}

async function resultOf(session: EngineSession | undefined, feeds: Feeds): Promise<Float32Array> {
  const data = (await session?.run(feeds))?.get('y')?.data
  return data instanceof Float32Array ? data : new Float32Array()
}

function noise(dims: readonly number[]) {
  const random = new Random(3)
  return tensorOf(
    'float32',
    dims,
    Array.from({ length: elementCount(dims) }, () => random.normal()),
  )
}
