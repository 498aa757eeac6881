import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  createBuilder,
  Graph,
  Model,
  symbol,
  tensorData,
  tensorOf,
  tensorType,
} from '../../src/graph/index.ts'
import { quantize } from '../../src/quantize/index.ts'
import { bytesOf, constantNamed, modelOf, nodesOf, noise, quantized } from './toy-models.ts'

const TOKENS = [symbol('N'), 64, 256]

describe('quant=int8, layer by layer', () => {
  it('computes a wide linear layer in integers, its bias added behind', () => {
    const float = modelOf(TOKENS, (b, x) =>
      b.add(
        b.matMul(x, b.constant(noise([256, 128]), 'w'), { name: 'fc' }),
        b.constant(noise([128]), 'bias'),
      ),
    )
    const { model, layers } = quantized(float, 'int8')
    expect(nodesOf(model)).toEqual(['DynamicQuantizeLinear', 'MatMulInteger', 'Cast', 'Mul', 'Mul', 'Add'])
    expect(layers).toEqual([
      {
        name: 'fc',
        scheme: 'int8-dynamic',
        sqnrDb: expect.closeTo(41, -1),
        reason: 'DynamicQuantizeMatMul gains: 64*N, at least 64, rows, sums of 256 into 128 columns',
      },
    ])
    expect(constantNamed(model, 'w.int8')).toMatchObject({ dtype: 'int8', dims: [256, 128] })
    expect(constantNamed(model, 'w.scale').dims).toEqual([128])
  })

  it('stores a layer whose rows may be few, and says how few', () => {
    const float = modelOf([symbol('N'), 256], (b, x) =>
      b.matMul(x, b.constant(noise([256, 128]), 'w'), { name: 'fc' }),
    )
    float.facts.set('N', { min: 1, max: 1000, hint: 2 })
    const { model, layers } = quantized(float, 'int8')
    expect(nodesOf(model)).toEqual(['Cast', 'Mul', 'MatMul'])
    expect(layers[0]).toMatchObject({
      scheme: 'int8-weights',
      reason: expect.stringMatching(/^stored in int8, computed in float: .* rows on, here N, 2 at the hint$/),
    })
  })

  it('takes the hint where the least is too few', () => {
    const float = modelOf([symbol('T'), 256], (b, x) =>
      b.matMul(x, b.constant(noise([256, 128])), { name: 'fc' }),
    )
    float.facts.set('T', { min: 1, max: 1000, hint: 128 })
    expect(quantized(float, 'int8').layers[0]).toMatchObject({
      scheme: 'int8-dynamic',
      reason: expect.stringContaining('T, 128 at the hint, rows'),
    })
  })

  it('says both reasons of a layer that may not compute in integers and that storing would not make smaller', () => {
    const thin = noise([1, 512])
    const model = modelOf([8, 64], (b, x) =>
      b.matMul(
        b.matMul(b.matMul(x, b.constant(noise([64, 1])), { name: 'in' }), b.constant(thin), { name: 'thin' }),
        b.constant(noise([512, 64])),
        { name: 'out' },
      ),
    )
    const limits = new Map([[thin, { scheme: 'int8-weights', reason: 'it costs too much' } as const]])
    const { layers, forms } = quantize(model, { scheme: 'int8-dynamic', target: 'wasm', limits })
    expect(layers.find(({ name }) => name === 'thin')).toMatchObject({
      scheme: 'float32',
      reason: 'left in float: with a scale for every 1 weights, int8 saves too little, and it costs too much',
    })
    expect(forms.has(thin)).toBe(false)
  })

  it('folds the transpose of a Gemm into its weights, alpha into their scales and beta into its bias', () => {
    const float = modelOf([64, 256], (b, x) =>
      b.gemm(x, b.constant(noise([128, 256]), 'w'), {
        C: b.constant(tensorOf('float32', [1], [-1.5]), 'c'),
        alpha: 0.5,
        beta: 2,
        transB: 1,
        name: 'fc',
      }),
    )
    const { model } = quantized(float, 'int8')
    expect(nodesOf(model)).toEqual(['DynamicQuantizeLinear', 'MatMulInteger', 'Cast', 'Mul', 'Mul', 'Add'])
    expect(constantNamed(model, 'w.int8-transposed').dims).toEqual([256, 128])
    expect([...tensorData(constantNamed(model, 'c.scaled'))]).toEqual([-3])
  })

  it('computes a dense convolution of long sums in integers over uint8 weights', () => {
    const float = modelOf([symbol('N'), 64, 16, 16], (b, x) =>
      b.conv(x, b.constant(noise([32, 64, 3, 3]), 'w'), {
        B: b.constant(noise([32]), 'bias'),
        pads: [1, 1, 1, 1],
        strides: [2, 2],
        name: 'conv',
      }),
    )
    const { model, layers } = quantized(float, 'int8')
    expect(nodesOf(model)).toEqual(['DynamicQuantizeLinear', 'ConvInteger', 'Cast', 'Mul', 'Mul', 'Add'])
    expect(layers[0]).toMatchObject({ name: 'conv', scheme: 'int8-dynamic' })
    expect(constantNamed(model, 'w.uint8').dtype).toBe('uint8')
    expect(constantNamed(model, 'w.scale').dims).toEqual([32, 1, 1])
    expect(model.graph.outputs[0]?.value.dims).toEqual([symbol('N'), 32, 8, 8])
  })

  it.each([
    ['depthwise', [128, 1, 3, 3], 128, /slower than float in groups \(128 here\)/],
    ['short sums', [128, 8, 3, 3], 1, /from sums of \d+ on, here 72$/],
    ['few outputs', [8, 64, 3, 3], 1, /from \d+ columns on, here 8$/],
  ])('stores a convolution that would lose: %s', (_, dims, group, why) => {
    const channels = (dims[1] ?? 1) * group
    const float = modelOf([1, channels, 16, 16], (b, x) =>
      b.conv(x, b.constant(noise(dims)), { group, name: 'conv' }),
    )
    const { model, layers } = quantized(float, 'int8')
    expect(nodesOf(model)).toEqual(['Cast', 'Mul', 'Conv'])
    expect(layers[0]).toMatchObject({ scheme: 'int8-weights', reason: expect.stringMatching(why) })
  })

  it('stores embeddings with a scale a row, and recurrent weights with one a gate row', () => {
    const model = new Model()
    const ids = model.graph.addInput('ids', tensorType('int64', [symbol('N'), 8]))
    const b = createBuilder(model)
    const embedded = b.gather(b.constant(noise([100, 32]), 'table'), ids, { name: 'embed' })
    const lstm = b.lstm(
      b.transpose(embedded, { perm: [1, 0, 2] }),
      b.constant(noise([1, 64, 32]), 'w'),
      b.constant(noise([1, 64, 16]), 'r'),
      {
        hidden_size: 16,
        name: 'lstm',
      },
    )
    model.graph.addOutput('y', lstm[0])
    const { model: small, layers } = quantized(model, 'int8')
    expect(layers.map(({ name, scheme }) => [name, scheme])).toEqual([
      ['embed', 'int8-weights'],
      ['lstm/w', 'int8-weights'],
      ['lstm/r', 'int8-weights'],
    ])
    expect(layers[0]?.reason).toBe('stored in int8, computed in float: Gather has no integer kernel')
    expect(constantNamed(small, 'table.scale').dims).toEqual([100, 1])
    expect(constantNamed(small, 'r.scale').dims).toEqual([1, 64, 1])
  })

  it('leaves small weights, and constants that are no weights, in float', () => {
    const float = modelOf([4, 20, 60], (b, x) => {
      const mixed = b.matMul(x, b.constant(noise([60, 60]), 'w'), { name: 'mix' })
      return b.matMul(b.add(mixed, b.constant(noise([20, 60]), 'positions')), b.constant(noise([60, 4])), {
        name: 'head',
      })
    })
    expect(
      quantized(float, 'int8').layers.map(({ name, scheme, reason }) => ({ name, scheme, reason })),
    ).toEqual([
      { name: 'mix', scheme: 'int8-weights', reason: expect.any(String) },
      {
        name: 'head',
        scheme: 'float32',
        reason: 'left in float: 240 weights are too few to save anything (512 do)',
      },
      {
        name: 'positions',
        scheme: 'float32',
        reason: 'left in float: 1200 values that Add reads as they are',
      },
    ])
  })

  it('leaves weights that are not finite, or that outliers would wipe out', () => {
    const poisoned = noise([8192, 16])
    tensorData(poisoned)[7] = Number.NaN
    // A column's scale is 1, and what is not its outlier rounds to 0.
    const spiked = Float32Array.from({ length: 8192 * 16 }, (_, index) => (index < 16 ? 127 : 0.49))
    const reasons = [poisoned, tensorOf('float32', [8192, 16], spiked)].map((weights) => {
      const float = modelOf([64, 8192], (b, x) => b.matMul(x, b.constant(weights)))
      const { model, layers } = quantized(float, 'int8')
      expect(nodesOf(model)).toEqual(['MatMul'])
      return layers[0]?.reason
    })
    expect(reasons).toEqual([
      'left in float: a weight is NaN or infinite',
      'left in float: outliers would leave its weights 9.6 dB',
    ])
  })

  it('quantises an activation once for all layers that read it', () => {
    const float = modelOf(TOKENS, (b, x) => {
      const [q, k] = [1, 2].map((seed) => b.matMul(x, b.constant(noise([256, 128], seed))))
      return q && k ? b.add(q, k) : x
    })
    const nodes = nodesOf(quantized(float, 'int8').model)
    expect(nodes.filter((op) => op === 'DynamicQuantizeLinear')).toHaveLength(1)
    expect(nodes.filter((op) => op === 'MatMulInteger')).toHaveLength(2)
  })

  it('knows a layer without a name by its weights', () => {
    const float = modelOf([symbol('N'), 256], (b, x) =>
      b.matMul(
        b.matMul(x, b.constant(noise([256, 256]), 'body.0.weight')),
        b.constant(noise([256, 8]), 'head.weight'),
      ),
    )
    expect(quantized(float, 'int8').layers.map(({ name }) => name)).toEqual(['body.0', 'head'])
  })

  it('keeps tied weights one initializer, transposed for the layer that needs it so', () => {
    const model = new Model()
    const ids = model.graph.addInput('ids', tensorType('int64', [symbol('N'), 64]))
    const b = createBuilder(model)
    const table = b.constant(noise([200, 256]), 'table')
    const hidden = b.relu(b.gather(table, ids, { name: 'embed' }))
    model.graph.addOutput('y', b.matMul(hidden, b.transpose(table, { perm: [1, 0] }), { name: 'head' }))
    const { model: small, layers } = quantized(model, 'int8')
    expect(layers.map(({ name, scheme }) => [name, scheme])).toEqual([
      ['embed', 'int8-weights'],
      ['head', 'int8-dynamic'],
    ])
    const stored = [...small.graph.initializers].filter((value) => value.dtype === 'int8')
    expect(stored.map(({ name }) => name)).toEqual(['table.int8'])
    expect(nodesOf(small)).not.toContain('MatMul')
  })

  it('keeps weights in float that something else reads as they are', () => {
    const float = modelOf([symbol('N'), 256], (b, x) => {
      const w = b.constant(noise([256, 256]), 'w')
      return b.add(b.matMul(x, w, { name: 'fc' }), b.reduceSum(w))
    })
    const { model, layers } = quantized(float, 'int8')
    expect(nodesOf(model)).toEqual(['MatMul', 'ReduceSum', 'Add'])
    expect(layers[0]?.reason).toMatch(/^left in float: ReduceSum \S+ needs the same weights as they are$/)
  })

  it('leaves alone what the source has quantised', () => {
    const float = modelOf(TOKENS, (b, x) => {
      const [scale, zero] = [b.scalar('float32', 0.1), b.scalar('uint8', 128)]
      const q = b.quantizeLinear(x, scale, { y_zero_point: zero })
      return b.matMul(b.dequantizeLinear(q, scale, { x_zero_point: zero }), b.constant(noise([256, 128])))
    })
    const { model, layers } = quantized(float, 'int8')
    expect(nodesOf(model)).toEqual(['QuantizeLinear', 'DequantizeLinear', 'MatMul'])
    expect(layers[0]?.reason).toBe('left as it is: the source has quantised around it')
  })

  it('stores weights that a branch of an If reads from outside, and quantises its activation inside', () => {
    const model = new Model()
    const x = model.graph.addInput('x', tensorType('float32', [64, 256]))
    const condition = model.graph.addInput('c', tensorType('bool', []))
    const b = createBuilder(model)
    const w = b.constant(noise([256, 256]), 'w')
    const [thenBranch, elseBranch] = [new Graph('then'), new Graph('else')]
    const inside = createBuilder(model, { graph: thenBranch })
    thenBranch.addOutput('y', inside.matMul(x, w))
    elseBranch.addOutput('y', createBuilder(model, { graph: elseBranch }).relu(x))
    const [y] = b.if(condition, { then_branch: thenBranch, else_branch: elseBranch })
    if (!y) throw new Error('no result')
    model.graph.addOutput('y', y)
    const { model: small } = quantized(model, 'int8')
    expect(nodesOf(small)).toEqual([
      'If',
      'Relu',
      'DynamicQuantizeLinear',
      'MatMulInteger',
      'Cast',
      'Mul',
      'Mul',
    ])
  })

  it('gives the same bytes each time, and leaves the model it was cloned from as it was', () => {
    const float = modelOf([1, 64, 16, 16], (b, x) =>
      b.conv(x, b.constant(noise([32, 64, 3, 3])), { pads: [1, 1, 1, 1] }),
    )
    const before = bytesOf(float)
    const [first, second] = [bytesOf(quantized(float, 'int8').model), bytesOf(quantized(float, 'int8').model)]
    expect(Buffer.compare(first, second)).toBe(0)
    expect(createHash('sha256').update(first).digest('hex')).toMatchInlineSnapshot(
      `"b0818ebe3004b1961b6936cda8dfda80451209c8877e0f524224baa2c6fa7506"`,
    )
    expect(Buffer.compare(bytesOf(float), before)).toBe(0)
  })
})

describe('exact forms', () => {
  it('int8-dynamic computes every product and convolution in integers, gain or no gain, and nothing else', () => {
    const float = modelOf([2, 16, 8, 8], (b, x) => {
      const y = b.conv(x, b.constant(noise([16, 1, 3, 3]), 'dw'), {
        group: 16,
        pads: [1, 1, 1, 1],
        name: 'depthwise',
      })
      const z = b.convTranspose(y, b.constant(noise([16, 16, 3, 3]), 'up'), { name: 'up' })
      return b.matMul(z, b.constant(noise([10, 3])), { name: 'fc' })
    })
    const { layers } = quantized(float, 'int8-dynamic')
    expect(layers.map(({ name, scheme, reason }) => [name, scheme, reason])).toEqual([
      ['depthwise', 'int8-dynamic', 'asked for'],
      ['up', 'float32', 'left in float: ConvTranspose has no dynamic integer form'],
      ['fc', 'int8-dynamic', 'asked for'],
    ])
  })

  it('int8-dynamic leaves a vector that meets a stack of matrices, whose scales its result does not fit', () => {
    const float = modelOf([64], (b, x) => b.matMul(x, b.constant(noise([5, 64, 48]), 'w')))
    expect(() => quantized(float, 'int8-dynamic')).toThrow('its input is one vector for a stack of matrices')
  })

  it('int8-weights stores every layer and computes none in integers', () => {
    const float = modelOf(TOKENS, (b, x) => b.matMul(x, b.constant(noise([256, 128]), 'w')))
    const { model, layers } = quantized(float, 'int8-weights')
    expect(nodesOf(model)).toEqual(['Cast', 'Mul', 'MatMul'])
    expect(layers[0]).toMatchObject({
      scheme: 'int8-weights',
      reason: 'stored in int8, computed in float: asked for',
    })
  })

  it.each(['int8-dynamic', 'int8-weights'] as const)('%s is refused where it fits no layer', (scheme) => {
    const float = modelOf([2, 3], (b, x) => b.relu(x))
    expect(() => quantize(float, { scheme, target: 'wasm' })).toThrow(
      `[NOTHING_TO_QUANTIZE] No layer of the model can take the form quant=${scheme} for target=wasm. ` +
        'It has no layer with constant float32 weights. ' +
        'Ask for the intent quant=int8, which chooses layer by layer, or for quant=fp16.',
    )
  })
})

describe('quant=none', () => {
  it('changes nothing', () => {
    const float = modelOf(TOKENS, (b, x) => b.matMul(x, b.constant(noise([256, 128]))))
    expect(quantized(float, 'none').layers).toEqual([])
    expect(nodesOf(float)).toEqual(['MatMul'])
  })
})
