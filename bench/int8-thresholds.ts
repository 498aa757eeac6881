import { createEngine, type Engine, type EngineSession, engineTensor } from '../src/engine/index.ts'
import { createBuilder, elementCount, Model, type Tensor, tensorOf, tensorType } from '../src/graph/index.ts'
import { joinChunks, writeModel } from '../src/graph/onnx/index.ts'
import { quantize } from '../src/quantize/index.ts'
import { Random } from '../src/validate/random.ts'
import { interleave } from './timing.ts'

/**
 * From which extents on the integer forms that `quantize` writes are faster than float on the wasm provider: the figures
 * behind `src/targets/wasm.ts`. One layer with bias and Relu a model, float and int8-dynamic, interleaved.
 *
 * @param titles Sweeps to run; all when empty.
 */
export async function main(titles: readonly string[] = []): Promise<void> {
  const engine = createEngine()
  const sweeps = SWEEPS.filter(({ title }) => titles.length === 0 || titles.includes(title))
  console.log(`onnxruntime-web ${engine.version}, Node ${process.version}, one thread; int8 / float, medians`)
  for (const { title, layers } of sweeps) {
    console.log(
      `\n| ${title} | rows | reduction | columns | float ms | int8 ms | int8 / float |\n|---|---|---|---|---|---|---|`,
    )
    for (const layer of layers) await measure(engine, title, layer)
  }
}

interface Layer {
  readonly rows: number
  readonly reduction: number
  readonly columns: number
  /** Kernel size of a convolution; a MatMul without. */
  readonly kernel?: number
}

const each = (values: readonly number[], make: (value: number) => Layer): Layer[] => values.map(make)

const SWEEPS: readonly { readonly title: string; readonly layers: readonly Layer[] }[] = [
  {
    title: 'MatMul by reduction',
    layers: each([32, 64, 96, 128, 192, 256, 384, 768], (reduction) => ({
      rows: 64,
      reduction,
      columns: 256,
    })),
  },
  {
    title: 'MatMul by rows',
    layers: each([1, 2, 4, 8, 16, 64], (rows) => ({ rows, reduction: 512, columns: 512 })),
  },
  {
    title: 'MatMul by rows, short',
    layers: each([1, 2, 4, 8, 16, 64], (rows) => ({ rows, reduction: 128, columns: 128 })),
  },
  {
    title: 'MatMul by columns',
    layers: each([4, 8, 16, 32, 64, 128], (columns) => ({ rows: 64, reduction: 256, columns })),
  },
  {
    title: 'Conv 1x1 by reduction',
    layers: each([64, 128, 192, 256, 384, 512], (reduction) => ({
      rows: 196,
      reduction,
      columns: 128,
      kernel: 1,
    })),
  },
  {
    title: 'Conv 3x3 by reduction',
    layers: each([72, 144, 216, 288, 432, 576, 1152], (reduction) => ({
      rows: 196,
      reduction,
      columns: 64,
      kernel: 3,
    })),
  },
  {
    title: 'Conv 1x1 by reduction, large image',
    layers: each([16, 32, 64, 128, 256], (reduction) => ({ rows: 3136, reduction, columns: 64, kernel: 1 })),
  },
  {
    title: 'Conv 3x3 by reduction, large image',
    layers: each([27, 72, 144, 288, 576], (reduction) => ({ rows: 3136, reduction, columns: 64, kernel: 3 })),
  },
  {
    title: 'Conv 3x3 by positions',
    layers: each([1, 4, 16, 49, 196, 784], (rows) => ({ rows, reduction: 576, columns: 64, kernel: 3 })),
  },
  {
    title: 'Conv 1x1 by positions',
    layers: each([1, 4, 16, 49, 196, 784], (rows) => ({ rows, reduction: 128, columns: 64, kernel: 1 })),
  },
  {
    title: 'Conv 3x3 by output channels',
    layers: each([4, 8, 16, 32, 64, 128], (columns) => ({ rows: 196, reduction: 576, columns, kernel: 3 })),
  },
  {
    title: 'Conv 3x3 by output channels, short sums',
    layers: each([8, 16, 32, 64], (columns) => ({ rows: 784, reduction: 144, columns, kernel: 3 })),
  },
  // All extents small at once, where each alone would still gain.
  {
    title: 'MatMul corners',
    layers: [
      { rows: 8, reduction: 64, columns: 32 },
      { rows: 8, reduction: 128, columns: 32 },
      { rows: 8, reduction: 128, columns: 64 },
      { rows: 16, reduction: 64, columns: 64 },
      { rows: 16, reduction: 128, columns: 32 },
      { rows: 64, reduction: 64, columns: 32 },
    ],
  },
  {
    title: 'Conv corners',
    layers: [
      { rows: 49, reduction: 128, columns: 32, kernel: 1 },
      { rows: 49, reduction: 144, columns: 32, kernel: 3 },
      { rows: 49, reduction: 144, columns: 16, kernel: 3 },
      { rows: 196, reduction: 144, columns: 16, kernel: 3 },
      { rows: 196, reduction: 128, columns: 32, kernel: 1 },
      { rows: 784, reduction: 128, columns: 32, kernel: 1 },
    ],
  },
  {
    title: 'Conv 1x1 by output channels',
    layers: each([8, 16, 32, 64, 256], (columns) => ({ rows: 196, reduction: 256, columns, kernel: 1 })),
  },
]

async function measure(engine: Engine, title: string, layer: Layer): Promise<void> {
  const { model, input } = layer.kernel === undefined ? matMulModel(layer) : convModel(layer, layer.kernel)
  const float = await engine.session({ bytes: joinChunks(writeModel(model).model) })
  quantize(model, { scheme: 'int8-dynamic', target: 'wasm' })
  const int8 = await engine.session({ bytes: joinChunks(writeModel(model).model) })
  const feeds = new Map([['x', engineTensor('float32', input.dims, input.bytes())]])
  const run = (session: EngineSession) => () => session.run(feeds)
  const [a, b] = await interleave([
    { name: 'float', run: run(float) },
    { name: 'int8', run: run(int8) },
  ])
  await float.release()
  await int8.release()
  const { rows, reduction, columns } = layer
  const cells = [title, rows, reduction, columns, a?.ms.toFixed(3), b?.ms.toFixed(3), b?.ratio.toFixed(2)]
  console.log(`| ${cells.join(' | ')} |`)
}

function matMulModel({ rows, reduction, columns }: Layer): { model: Model; input: Tensor } {
  const model = new Model()
  const b = createBuilder(model)
  const x = model.graph.addInput('x', tensorType('float32', [1, rows, reduction]))
  const y = b.add(b.matMul(x, b.constant(noise([reduction, columns], 1))), b.constant(noise([columns], 2)))
  model.graph.addOutput('y', b.relu(y))
  return { model, input: noise([1, rows, reduction], 3) }
}

function convModel(
  { rows, reduction, columns, kernel }: Layer,
  size: number,
): { model: Model; input: Tensor } {
  const model = new Model()
  const b = createBuilder(model)
  const side = Math.round(Math.sqrt(rows))
  const channels = reduction / size ** 2
  const x = model.graph.addInput('x', tensorType('float32', [1, channels, side, side]))
  const w = b.constant(noise([columns, channels, size, size], 1))
  const pad = kernel === 1 ? 0 : 1
  const y = b.conv(x, w, { B: b.constant(noise([columns], 2)), pads: [pad, pad, pad, pad] })
  model.graph.addOutput('y', b.relu(y))
  return { model, input: noise([1, channels, side, side], 3) }
}

function noise(dims: readonly number[], seed: number): Tensor {
  const random = new Random(seed)
  return tensorOf(
    'float32',
    dims,
    Array.from({ length: elementCount(dims) }, () => random.normal()),
  )
}
