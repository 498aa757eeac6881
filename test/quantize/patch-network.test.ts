import { describe, expect, it } from 'vitest'
import { type Builder, type Model, symbol, type Value } from '../../src/graph/index.ts'
import { bytesOf, modelOf, noise, opsOf, quantized, run } from './toy-models.ts'

const WIDTH = 128

/** A dense convolution of long sums, a depthwise one, and wide linear layers over 64 tokens: 1.9 MB of weights. */
function patchNetwork(): Model {
  return modelOf([symbol('N'), 3, 64, 64], (b, image) => {
    const patches = b.relu(
      b.conv(image, b.constant(noise([64, 3, 4, 4])), { strides: [4, 4], name: 'patch' }),
    )
    const merged = b.relu(
      b.conv(patches, b.constant(noise([WIDTH, 64, 3, 3])), {
        strides: [2, 2],
        pads: [1, 1, 1, 1],
        name: 'merge',
      }),
    )
    const mixed = b.conv(merged, b.constant(noise([WIDTH, 1, 3, 3])), {
      group: WIDTH,
      pads: [1, 1, 1, 1],
      name: 'depthwise',
    })
    const tokens = b.transpose(b.reshape(mixed, b.int64s([0, WIDTH, -1])), { perm: [0, 2, 1] })
    return [1, 2, 3].reduce((x, index) => block(b, x, index), tokens)
  })
}

function block(b: Builder, x: Value, index: number): Value {
  const wide = b.matMul(x, b.constant(noise([WIDTH, 4 * WIDTH], index)), { name: `expand${index}` })
  const active = b.relu(b.add(wide, b.constant(noise([4 * WIDTH], index + 10))))
  const narrow = b.matMul(active, b.constant(noise([4 * WIDTH, WIDTH], index + 20)), {
    name: `project${index}`,
  })
  return b.add(x, b.add(narrow, b.constant(noise([WIDTH], index + 30))))
}

describe('a network with more than 1 MB of weights under quant=int8', () => {
  const float = patchNetwork()
  const { model, layers } = quantized(float, 'int8')

  it('comes to less than 0.30 of its float size', () => {
    const [before, after] = [bytesOf(float).length, bytesOf(model).length]
    expect(before).toBeGreaterThan(1e6)
    expect(after / before).toBeLessThan(0.3)
  })

  it('computes in integers where that gains, and stores the rest', () => {
    expect(layers.map(({ name, scheme }) => [name, scheme])).toEqual([
      ['patch', 'int8-weights'],
      ['merge', 'int8-dynamic'],
      ['depthwise', 'int8-weights'],
      ...[1, 2, 3].flatMap((index) => [
        [`expand${index}`, 'int8-dynamic'],
        [`project${index}`, 'int8-dynamic'],
      ]),
    ])
  })

  it('runs the integer kernels of convolution and product in onnxruntime-web', async () => {
    const ops = opsOf((await run(model, noise([2, 3, 64, 64]))).kernels)
    expect(ops.filter((op) => op === 'ConvInteger')).toHaveLength(1)
    expect(ops.filter((op) => op === 'DynamicQuantizeMatMul')).toHaveLength(6)
    expect(ops).not.toContain('MatMul')
  })
})
