import { describe, expect, it } from 'vitest'
import {
  type Builder,
  createBuilder,
  LazyTensor,
  MemoryTensor,
  Model,
  symbol,
  tensorOf,
  tensorType,
  type Value,
  verify,
} from '../../src/graph/index.ts'
import { type RewriteLevel, rewrite } from '../../src/rewrite/index.ts'
import { expectSameResults } from '../support/expect-same-results.ts'
import { seededFloats } from '../support/run-model.ts'

/** A model over `x: float32[N, 3, 4, 4]`, built by the case. */
function modelOf(build: (b: Builder, x: Value) => Value): Model {
  const model = new Model()
  model.dynamicDim('N', { hint: 2 })
  const x = model.graph.addInput('x', tensorType('float32', [symbol('N'), 3, 4, 4]))
  model.graph.addOutput('y', build(createBuilder(model), x))
  return model
}

const weights = (dims: number[], seed = 1) =>
  tensorOf(
    'float32',
    dims,
    seededFloats(
      dims.reduce((a, b) => a * b, 1),
      seed,
    ),
  )
const positive = (length: number, seed: number) =>
  tensorOf(
    'float32',
    [length],
    seededFloats(length, seed).map((v) => Math.abs(v) + 0.1),
  )
const x = { x: { dtype: 'float32', dims: [2, 3, 4, 4], data: seededFloats(96, 9) } } as const
const operators = (model: Model) => [...model.graph.allNodes()].map((node) => node.op)

/** Rewrites a copy, verifies it after every pass, and checks that it computes the same. */
async function rewritten(model: Model, level: RewriteLevel = 'all'): Promise<Model> {
  const copy = model.clone()
  rewrite(copy, { level, target: 'wasm', onPass: () => verify(copy, { inference: true }) })
  await expectSameResults(copy, model, x)
  return copy
}

const convBatchNorm = (b: Builder, input: Value, bias?: Value): Value => {
  const convolved = b.conv(input, b.constant(weights([5, 3, 3, 3]), 'conv.weight'), {
    B: bias,
    pads: [1, 1, 1, 1],
  })
  const [scale, shift, mean, variance] = [
    positive(5, 2),
    weights([5], 3),
    weights([5], 4),
    positive(5, 5),
  ].map((t) => b.constant(t))
  if (!scale || !shift || !mean || !variance) throw new Error('four constants are made above')
  return b.batchNormalization(convolved, scale, shift, mean, variance, { epsilon: 1e-3 })
}

describe('fuse-conv-batchnorm', () => {
  it('folds statistics and affine parameters into weight and bias', async () => {
    const model = modelOf((b, input) => convBatchNorm(b, input, b.constant(weights([5], 6))))
    expect(operators(await rewritten(model))).toEqual(['Conv'])
  })

  it('gives a bias to a convolution that has none', async () => {
    const fused = await rewritten(modelOf((b, input) => convBatchNorm(b, input)))
    expect([...fused.graph.nodes()][0]?.inputs[2]?.tensor?.dims).toEqual([5])
  })

  it('leaves a convolution whose result is read elsewhere', async () => {
    const model = modelOf((b, input) => {
      const normalised = convBatchNorm(b, input)
      return b.add(normalised, normalised.producer?.inputs[0] ?? normalised)
    })
    expect(operators(await rewritten(model))).toEqual(['Conv', 'BatchNormalization', 'Add'])
  })

  it('waits for level all', async () => {
    const model = modelOf((b, input) => convBatchNorm(b, input))
    expect(operators(await rewritten(model, 'basic'))).toEqual(['Conv', 'BatchNormalization'])
  })
})

describe('remove-no-ops', () => {
  const cases: readonly [string, (b: Builder, x: Value) => Value][] = [
    ['an Identity', (b, v) => b.identity(v)],
    ['a Cast to the same dtype', (b, v) => b.cast(v, { to: 1 })],
    ['a Reshape to the same dims', (b, v) => b.reshape(v, b.int64s([0, 3, 4, 4]))],
    ['a Transpose that keeps the order', (b, v) => b.transpose(v, { perm: [0, 1, 2, 3] })],
    ['a Pad by nothing', (b, v) => b.pad(v, b.int64s([0, 0, 0, 0, 0, 0, 0, 0]))],
    ['adding 0', (b, v) => b.add(b.scalar('float32', 0), v)],
    ['subtracting 0', (b, v) => b.sub(v, b.scalar('float32', 0))],
    ['multiplying by 1', (b, v) => b.mul(v, b.scalar('float32', 1))],
    ['dividing by 1', (b, v) => b.div(v, b.scalar('float32', 1))],
    ['a Concat of one', (b, v) => b.concat([v], { axis: 1 })],
    [
      'a Slice of everything',
      (b, v) => b.slice(v, b.int64s([0]), b.int64s([2 ** 40]), { axes: b.int64s([2]) }),
    ],
  ]
  it.each(cases)('removes %s', async (_, build) => {
    expect(operators(await rewritten(modelOf((b, v) => b.relu(build(b, v)))))).toEqual(['Relu'])
  })

  it('keeps what only looks like one: 0 − x, 1 ÷ x, an addition that broadcasts to a higher rank', async () => {
    const model = modelOf((b, v) => {
      const one = b.scalar('float32', 1)
      const wide = b.constant(tensorOf('float32', [1, 1, 1, 1, 1], [0]))
      return b.add(b.div(one, b.add(b.sub(b.scalar('float32', 0), v), b.scalar('float32', 7))), wide)
    })
    expect(operators(await rewritten(model))).toEqual(['Sub', 'Add', 'Div', 'Add'])
  })

  it('lets an output be an input without losing its name', async () => {
    const kept = await rewritten(modelOf((b, v) => b.identity(v)))
    expect(operators(kept)).toEqual([])
    expect(kept.graph.outputs[0]?.name).toBe('y')
  })
})

describe('fold-constants', () => {
  it('computes what depends on constants alone, however large, where the file does not grow', async () => {
    const model = modelOf((b, v) => {
      const [direction, length] = [weights([3, 2000], 3), positive(3, 4)].map((tensor) => b.constant(tensor))
      if (!direction || !length) throw new Error('two constants are made above')
      const normalised = b.mul(direction, b.unsqueeze(length, b.int64s([1])))
      return b.matMul(b.reshape(v, b.int64s([-1, 3])), normalised)
    })
    const folded = await rewritten(model, 'basic')
    expect(operators(folded)).toEqual(['Reshape', 'MatMul'])
  })

  it('leaves what would be stored larger than it is computed from', async () => {
    const model = modelOf((b, v) => {
      const half = b.constant(
        new MemoryTensor('float16', [4, 4000], new Uint8Array(32000).fill(0x30)),
        'half',
      )
      return b.matMul(v, b.cast(half, { to: 1 }))
    })
    expect(operators(await rewritten(model))).toEqual(['Cast', 'MatMul'])
  })
})

describe('fold-weight-layout', () => {
  it('moves the transposition of a weight into its bytes', async () => {
    const model = modelOf((b, v) =>
      b.matMul(v, b.transpose(b.constant(weights([6, 4]), 'w'), { perm: [1, 0] })),
    )
    const folded = await rewritten(model, 'basic')
    expect(operators(folded)).toEqual(['MatMul'])
    const [moved, ...others] = folded.graph.initializers
    expect(others).toEqual([])
    expect(moved?.tensor).toBeInstanceOf(LazyTensor)
    expect([moved?.name, moved?.dims]).toEqual(['w', [4, 6]])
  })

  it('keeps one copy of a weight that is read in two layouts', async () => {
    const model = modelOf((b, v) => {
      const w = b.constant(weights([4, 2000]), 'w')
      return b.matMul(b.matMul(v, w), b.transpose(w, { perm: [1, 0] }))
    })
    const folded = await rewritten(model, 'basic')
    expect(folded.graph.initializers.size).toBe(1)
  })
})

describe('fold-shapes', () => {
  it('makes constants of the dims that are fixed, and leaves those that vary', async () => {
    const model = modelOf((b, v) => {
      const channels = b.gather(b.shape(v), b.int64s([1]))
      const batch = b.gather(b.shape(v), b.int64s([0]))
      return b.reshape(v, b.concat([batch, channels, b.int64s([-1])], { axis: 0 }))
    })
    const folded = await rewritten(model)
    expect(operators(folded).filter((op) => op === 'Gather').length).toBeLessThan(2)
    expect(folded.graph.outputs[0]?.value.dims).toEqual([symbol('N'), 3, 16])
  })
})

describe('share-initializers and eliminate-dead-code', () => {
  it('store equal weights once, and drop what nobody reads', async () => {
    const model = modelOf((b, v) => {
      b.relu(b.mul(v, v))
      const [w, same] = [weights([4, 4]), weights([4, 4])].map((tensor) => b.constant(tensor))
      return w && same ? b.add(b.matMul(v, w), b.matMul(v, same)) : v
    })
    const lean = await rewritten(model, 'basic')
    expect(operators(lean)).toEqual(['MatMul', 'MatMul', 'Add'])
    expect(lean.graph.initializers.size).toBe(1)
  })
})

describe('rewrite', () => {
  it('changes nothing at level none', () => {
    const model = modelOf((b, v) => b.identity(v))
    expect(rewrite(model, { level: 'none', target: 'wasm' }).passes).toEqual([])
    expect(operators(model)).toEqual(['Identity'])
  })

  it('reports for each pass how many nodes it found and left', () => {
    const model = modelOf((b, v) => b.relu(b.identity(convBatchNorm(b, v))))
    const { passes } = rewrite(model, { level: 'all', target: 'wasm' })
    expect(passes[0]?.nodesBefore).toBe(4)
    expect(passes.at(-1)?.nodesAfter).toBe(2)
    expect(passes.find((pass) => pass.name === 'fuse-conv-batchnorm')?.notes).toEqual(['1 changed'])
  })
})
