import { describe, it } from 'vitest'
import {
  type Builder,
  createBuilder,
  type DType,
  Model,
  tensorOf,
  tensorType,
  type Value,
} from '../../src/graph/index.ts'
import { type FusedOperator, TARGETS } from '../../src/targets/index.ts'
import { runModel } from '../support/run-model.ts'

const ones = (b: Builder, x: Value, length: number) =>
  b.constant(tensorOf(x.dtype, [length], new Float32Array(length).fill(1)))
const last = (b: Builder) => ({ axes: b.int64s([-1]) })

/** Each operator of x: [1, 4, 8]. */
const FORMS: { readonly [op in FusedOperator]: (b: Builder, x: Value) => Value } = {
  BiasGelu: (b, x) => b.biasGelu(x, ones(b, x, 8)),
  Elu: (b, x) => b.elu(x),
  FastGelu: (b, x) => b.fastGelu(x, { bias: ones(b, x, 8) }),
  Gelu: (b, x) => b.gelu(b.gelu(x), { approximate: 'tanh' }),
  GroupNormalization: (b, x) => b.groupNormalization(x, ones(b, x, 4), ones(b, x, 4), { num_groups: 2 }),
  HardSigmoid: (b, x) => b.hardSigmoid(x),
  HardSwish: (b, x) => b.hardSwish(x),
  InstanceNormalization: (b, x) => b.instanceNormalization(x, ones(b, x, 4), ones(b, x, 4)),
  LayerNormalization: (b, x) => b.layerNormalization(x, ones(b, x, 8), { B: ones(b, x, 8) }),
  LeakyRelu: (b, x) => b.leakyRelu(x),
  LogSoftmax: (b, x) => b.logSoftmax(x),
  LpNormalization: (b, x) => b.lpNormalization(x),
  Mish: (b, x) => b.mish(x),
  MultiHeadAttention: (b, x) => b.multiHeadAttention(x, { key: x, value: x, num_heads: 2 }),
  PRelu: (b, x) => b.prelu(x, ones(b, x, 8)),
  QuickGelu: (b, x) => b.quickGelu(x, { alpha: 1 }),
  ReduceL2: (b, x) => b.reduceL2(x, last(b)),
  ReduceLogSumExp: (b, x) => b.reduceLogSumExp(x, last(b)),
  ReduceSumSquare: (b, x) => b.reduceSumSquare(x, last(b)),
  RotaryEmbedding: (_b, x) => x,
  Selu: (b, x) => b.selu(x),
  SimplifiedLayerNormalization: (b, x) => b.simplifiedLayerNormalization(x, ones(b, x, 8)),
  SkipLayerNormalization: (b, x) => b.skipLayerNormalization(x, x, ones(b, x, 8), { epsilon: 1e-5 }),
  SkipSimplifiedLayerNormalization: (b, x) =>
    b.skipSimplifiedLayerNormalization(x, x, ones(b, x, 8), { epsilon: 1e-5 }),
  Softmax: (b, x) => b.softmax(x),
  Softsign: (b, x) => b.softsign(x),
}

const claims = Object.entries(TARGETS.wasm.fused).flatMap(([op, { gains, dtypes }]) =>
  gains ? dtypes.map((dtype) => [op, dtype] as const) : [],
)

const DATA: { readonly [dtype in DType]?: () => Float32Array | Float64Array | Uint16Array } = {
  float32: () => new Float32Array(32).fill(0.5),
  float64: () => new Float64Array(32).fill(0.5),
  float16: () => new Uint16Array(32).fill(0x3800),
}

describe('operators that wasm is said to gain by', () => {
  it.each(claims)('%s runs in %s', async (op, dtype) => {
    const form = new Map(Object.entries(FORMS)).get(op)
    const data = DATA[dtype]?.()
    if (!form || !data) throw new Error(`no form of ${op} in ${dtype}`)
    const model = new Model()
    const x = model.graph.addInput('x', tensorType(dtype, [1, 4, 8]))
    model.graph.addOutput('y', form(createBuilder(model), x))
    await runModel(model, { x: { dtype, dims: [1, 4, 8], data } })
  })
})
