import { describe, expect, it } from 'vitest'
import {
  type Builder,
  createBuilder,
  Model,
  symbol,
  tensorOf,
  tensorType,
  type Value,
} from '../../src/graph/index.ts'
import { modelOf, noise, opsOf, quantized, run } from './toy-models.ts'

const linear = (b: Builder, x: Value, seed = 1): Value =>
  b.add(b.matMul(x, b.constant(noise([256, 128], seed))), b.constant(noise([128], seed + 50)))

describe('what onnxruntime-web runs of a quantised model', () => {
  it('is one fused kernel for a linear layer on tokens', async () => {
    const { model } = quantized(
      modelOf([1, 64, 256], (b, x) => linear(b, x)),
      'int8',
    )
    expect(opsOf((await run(model, noise([1, 64, 256]))).kernels)).toEqual(['DynamicQuantizeMatMul'])
  })

  it('is one fused kernel for a Gemm with transposed weights, alpha, beta and bias', async () => {
    const float = modelOf([symbol('N'), 256], (b, x) =>
      b.gemm(x, b.constant(noise([128, 256])), {
        C: b.constant(noise([128], 2)),
        alpha: 0.5,
        beta: 2,
        transB: 1,
      }),
    )
    float.facts.set('N', { min: 16, max: 64 })
    const { model } = quantized(float, 'int8')
    expect(opsOf((await run(model, noise([16, 256]))).kernels)).toEqual(['DynamicQuantizeMatMul'])
  })

  it('quantises a shared activation once', async () => {
    const { model } = quantized(
      modelOf([1, 64, 256], (b, x) =>
        b.concat([linear(b, x, 1), linear(b, x, 2), linear(b, x, 3)], { axis: 0 }),
      ),
      'int8',
    )
    expect(opsOf((await run(model, noise([1, 64, 256]))).kernels)).toEqual([
      'DynamicQuantizeLinear',
      'MatMulIntegerToFloat',
      'MatMulIntegerToFloat',
      'MatMulIntegerToFloat',
      'Concat',
    ])
  })

  it('is ConvInteger for a dense convolution', async () => {
    const float = modelOf([1, 64, 16, 16], (b, x) =>
      b.conv(x, b.constant(noise([32, 64, 3, 3])), { B: b.constant(noise([32])), pads: [1, 1, 1, 1] }),
    )
    const { kernels } = await run(quantized(float, 'int8').model, noise([1, 64, 16, 16]))
    expect(opsOf(kernels).sort()).toEqual([
      'Add',
      'Cast',
      'ConvInteger',
      'DynamicQuantizeLinear',
      'Mul',
      'Mul',
    ])
  })

  it('transposes tied weights as the model loads, not as it runs', async () => {
    const model = new Model()
    const x = model.graph.addInput('x', tensorType('int64', [1, 64]))
    const b = createBuilder(model)
    const table = b.constant(noise([200, 256]))
    model.graph.addOutput('y', b.matMul(b.gather(table, x), b.transpose(table, { perm: [1, 0] })))
    const ids = tensorOf(
      'int64',
      [1, 64],
      Array.from({ length: 64 }, (_, index) => index * 3),
    )
    const { kernels } = await run(quantized(model, 'int8').model, ids)
    expect(opsOf(kernels)).toEqual(['Gather', 'DynamicQuantizeMatMul'])
  })
})

describe('stored weights cost nothing once a session is made: its kernels are those of the float model', () => {
  const cases: readonly [string, () => Model, number[]][] = [
    [
      'Conv, bias and Relu',
      () =>
        modelOf([1, 16, 8, 8], (b, x) =>
          b.relu(b.conv(x, b.constant(noise([16, 16, 3, 3])), { B: b.constant(noise([16])) })),
        ),
      [1, 16, 8, 8],
    ],
    [
      'depthwise Conv',
      () => modelOf([1, 128, 8, 8], (b, x) => b.conv(x, b.constant(noise([128, 1, 3, 3])), { group: 128 })),
      [1, 128, 8, 8],
    ],
    ['MatMul', () => modelOf([1, 256], (b, x) => b.matMul(x, b.constant(noise([256, 128])))), [1, 256]],
    [
      'Gemm with transposed weights',
      () =>
        modelOf([1, 256], (b, x) =>
          b.gemm(x, b.constant(noise([128, 256])), { C: b.constant(noise([128])), transB: 1 }),
        ),
      [1, 256],
    ],
    [
      'LSTM',
      () =>
        modelOf([5, 1, 32], (b, x) => {
          const [y] = b.lstm(x, b.constant(noise([1, 64, 32])), b.constant(noise([1, 64, 16])), {
            hidden_size: 16,
          })
          return y
        }),
      [5, 1, 32],
    ],
  ]
  const schemes = ['int8-weights', 'fp16'] as const

  it.each(cases.flatMap(([name, make, dims]) => schemes.map((scheme) => ({ name, scheme, make, dims }))))(
    '$name in $scheme',
    async ({ scheme, make, dims }) => {
      const float = await run(make(), noise(dims))
      const { model, layers } = quantized(make(), scheme)
      expect(layers.every((layer) => layer.scheme === scheme)).toBe(true)
      expect(opsOf((await run(model, noise(dims))).kernels)).toEqual(opsOf(float.kernels))
    },
  )
})
