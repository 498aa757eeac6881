import { describe, expect, it } from 'vitest'
import { createBuilder, Graph, Model, tensorOf, tensorType } from '../../src/graph/index.ts'
import { bytesOf, constantNamed, modelOf, nodesOf, noise, quantized } from './toy-models.ts'

describe('quant=fp16', () => {
  it('stores every large float32 constant in half the bytes, whatever reads it', () => {
    const float = modelOf([1, 64, 256], (b, x) =>
      b.add(b.matMul(x, b.constant(noise([256, 256]), 'w')), b.constant(noise([64, 256], 2), 'positions')),
    )
    const { model, layers } = quantized(float, 'fp16')
    expect(layers).toEqual(
      ['w', 'positions'].map((name) => ({
        name,
        scheme: 'fp16',
        sqnrDb: expect.closeTo(75, -1),
        reason: 'stored in float16, computed in float32',
      })),
    )
    expect(nodesOf(model).sort()).toEqual(['Add', 'Cast', 'Cast', 'MatMul'])
    expect(constantNamed(model, 'w.fp16')).toMatchObject({ dtype: 'float16', dims: [256, 256] })
    expect(bytesOf(model).length / bytesOf(float).length).toBeLessThan(0.51)
  })

  it('keeps inputs and outputs float32', () => {
    const { model } = quantized(
      modelOf([64, 256], (b, x) => b.matMul(x, b.constant(noise([256, 256])))),
      'fp16',
    )
    expect(model.graph.inputs[0]?.dtype).toBe('float32')
    expect(model.graph.outputs[0]?.value.dtype).toBe('float32')
  })

  it.each([
    ['beyond its range', 1e5, "left in float: a value is NaN or beyond ±65504, float16's largest"],
    [
      'minus infinity',
      Number.NEGATIVE_INFINITY,
      "left in float: a value is NaN or beyond ±65504, float16's largest",
    ],
    ['below its range', 1e-7, 'left in float: its values are too small for float16 (20.0 dB would be left)'],
  ])('leaves a tensor in float32 that holds values %s', (_, value, reason) => {
    const values = new Float32Array(4096).map((_, index) => value * (1 + index / 4096))
    const float = modelOf([64, 64], (b, x) => b.matMul(x, b.constant(tensorOf('float32', [64, 64], values))))
    const { model, layers } = quantized(float, 'fp16')
    expect(nodesOf(model)).toEqual(['MatMul'])
    expect(layers).toEqual([{ name: 'constant', scheme: 'float32', sqnrDb: null, reason }])
  })

  it('reaches constants inside subgraphs', () => {
    const model = new Model()
    const x = model.graph.addInput('x', tensorType('float32', [16, 32]))
    const condition = model.graph.addInput('c', tensorType('bool', []))
    const branch = (name: string): Graph => {
      const graph = new Graph(name)
      const w = graph.addInitializer(noise([32, 32]), `${name}_w`)
      graph.addOutput('y', createBuilder(model, { graph }).matMul(x, w))
      return graph
    }
    const b = createBuilder(model)
    const [y] = b.if(condition, { then_branch: branch('then'), else_branch: branch('else') })
    if (!y) throw new Error('no result')
    model.graph.addOutput('y', y)
    const { layers, model: small } = quantized(model, 'fp16')
    expect(layers.map(({ name }) => name).sort()).toEqual(['else_w', 'then_w'])
    expect(nodesOf(small)).toEqual(['Cast', 'Cast', 'If', 'MatMul', 'MatMul'])
  })
})
