import { createEngine, type Engine, type EngineSession, engineTensor } from '../src/engine/index.ts'
import {
  type Builder,
  createBuilder,
  elementCount,
  Model,
  type Tensor,
  tensorOf,
  tensorType,
  type Value,
} from '../src/graph/index.ts'
import { joinChunks, writeModel } from '../src/graph/onnx/index.ts'
import { Random } from '../src/validate/random.ts'
import { interleave } from './timing.ts'

/**
 * Which of two forms of the same arithmetic the wasm provider runs faster, its own optimiser on: what the passes in
 * `src/rewrite/passes/weights` make, and what they leave.
 *
 * @param words Comparisons to run, by words of their titles; all when empty.
 */
export async function main(words: readonly string[] = []): Promise<void> {
  const engine = createEngine()
  console.log(
    `onnxruntime-web ${engine.version}, Node ${process.version}, one thread; second / first, medians\n`,
  )
  console.log(
    '| comparison | input | first | ms | second | ms | second / first |\n|---|---|---|---|---|---|---|',
  )
  const chosen = COMPARISONS.filter(
    ({ title }) => words.length === 0 || words.some((word) => title.includes(word)),
  )
  for (const comparison of chosen)
    for (const dims of comparison.inputs) await measure(engine, comparison, dims)
}

type Form = (b: Builder, x: Value, dims: readonly number[]) => readonly Value[]

interface Comparison {
  readonly title: string
  readonly inputs: readonly (readonly number[])[]
  readonly forms: readonly [first: readonly [string, Form], second: readonly [string, Form]]
}

const IMAGES = [
  [1, 16, 112, 112],
  [1, 64, 56, 56],
  [1, 512, 14, 14],
]
const TOKENS = [
  [1, 16, 128],
  [1, 128, 384],
  [8, 64, 256],
]

const COMPARISONS: readonly Comparison[] = [
  {
    title: 'scale and shift of channels',
    inputs: IMAGES,
    forms: [
      [
        'Mul, Add',
        (b, x, [, channels = 1]) => [
          b.add(b.mul(x, b.constant(noise([channels, 1, 1], 1))), b.constant(noise([channels, 1, 1], 2))),
        ],
      ],
      [
        'BatchNormalization',
        (b, x, [, channels = 1]) => {
          const vector = (seed: number): Value => b.constant(noise([channels], seed))
          const [zero, one] = [0, 1].map((value) => b.constant(filled(channels, value)))
          return zero && one ? [b.batchNormalization(x, vector(1), vector(2), zero, one, { epsilon: 0 })] : []
        },
      ],
    ],
  },
  {
    title: 'mean of an image',
    inputs: IMAGES,
    forms: [
      ['ReduceMean', (b, x) => [b.reduceMean(x, { axes: b.int64s([2, 3]) })]],
      ['GlobalAveragePool', (b, x) => [b.globalAveragePool(x)]],
    ],
  },
  {
    title: 'mean of an image by a window',
    inputs: IMAGES,
    forms: [
      ['AveragePool', (b, x, dims) => [b.averagePool(x, { kernel_shape: dims.slice(2) })]],
      ['GlobalAveragePool', (b, x) => [b.globalAveragePool(x)]],
    ],
  },
  {
    title: 'one layer over tokens',
    inputs: TOKENS,
    forms: [
      ['MatMul, Add', (b, x, dims) => [linear(b, x, dims.at(-1) ?? 1, 1)]],
      [
        'Reshape, Gemm, Reshape',
        (b, x, dims) => [unflat(b, flatLinear(b, flat(b, x, dims), dims.at(-1) ?? 1, 1), dims)],
      ],
    ],
  },
  {
    title: 'feed-forward over tokens',
    inputs: TOKENS,
    forms: [
      [
        'MatMul, Add, Gelu, MatMul, Add',
        (b, x, dims) => [linear(b, b.gelu(linear(b, x, dims.at(-1) ?? 1, 1)), dims.at(-1) ?? 1, 2)],
      ],
      [
        'Reshape, Gemm, Gelu, Gemm, Reshape',
        (b, x, dims) => {
          const width = dims.at(-1) ?? 1
          return [unflat(b, flatLinear(b, b.gelu(flatLinear(b, flat(b, x, dims), width, 1)), width, 2), dims)]
        },
      ],
    ],
  },
  {
    title: 'query, key and value',
    inputs: TOKENS,
    forms: [
      [
        'three Gemms',
        (b, x, dims) => [1, 2, 3].map((seed) => flatLinear(b, flat(b, x, dims), dims.at(-1) ?? 1, seed)),
      ],
      [
        'one Gemm, Split',
        (b, x, dims) => {
          const width = dims.at(-1) ?? 1
          const all = b.gemm(flat(b, x, dims), b.constant(noise([width, 3 * width], 1)), {
            C: b.constant(noise([3 * width], 2)),
          })
          return b.split(all, { axis: 1, num_outputs: 3 })
        },
      ],
    ],
  },
]

const linear = (b: Builder, x: Value, width: number, seed: number): Value =>
  b.add(b.matMul(x, b.constant(noise([width, width], seed))), b.constant(noise([width], seed + 10)))
const flatLinear = (b: Builder, x: Value, width: number, seed: number): Value =>
  b.gemm(x, b.constant(noise([width, width], seed)), { C: b.constant(noise([width], seed + 10)) })
const flat = (b: Builder, x: Value, dims: readonly number[]): Value =>
  b.reshape(x, b.int64s([-1, dims.at(-1) ?? 1]))
const unflat = (b: Builder, x: Value, dims: readonly number[]): Value => b.reshape(x, b.int64s(dims))

async function measure(engine: Engine, { title, forms }: Comparison, dims: readonly number[]): Promise<void> {
  const feeds = new Map([['x', engineTensor('float32', dims, noise(dims, 3).bytes())]])
  const sessions: EngineSession[] = []
  const variants = []
  for (const [name, form] of forms) {
    const session = await engine.session({ bytes: joinChunks(writeModel(modelOf(form, dims)).model) })
    sessions.push(session)
    variants.push({ name, run: () => session.run(feeds) })
  }
  const [first, second] = await interleave(variants, { warmSeconds: 0.5, seconds: 0.5 })
  for (const session of sessions) await session.release()
  const cells = [
    first?.name,
    first?.ms.toFixed(3),
    second?.name,
    second?.ms.toFixed(3),
    second?.ratio.toFixed(2),
  ]
  console.log(`| ${[title, `[${dims.join(', ')}]`, ...cells].join(' | ')} |`)
}

function modelOf(form: Form, dims: readonly number[]): Model {
  const model = new Model()
  const x = model.graph.addInput('x', tensorType('float32', dims))
  for (const [index, value] of form(createBuilder(model), x, dims).entries())
    model.graph.addOutput(`y${index}`, value)
  return model
}

function noise(dims: readonly number[], seed: number): Tensor {
  const random = new Random(seed)
  return tensorOf(
    'float32',
    dims,
    Float32Array.from({ length: elementCount(dims) }, () => random.normal()),
  )
}

const filled = (length: number, value: number): Tensor =>
  tensorOf('float32', [length], new Float32Array(length).fill(value))
