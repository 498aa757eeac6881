import { describe, expect, it } from 'vitest'
import {
  type Builder,
  LazyTensor,
  MemoryTensor,
  type Model,
  symbol,
  tensorOf,
  type Value,
  verify,
} from '../../src/graph/index.ts'
import { type RewriteLevel, rewrite } from '../../src/rewrite/index.ts'
import { expectSameResults } from '../support/expect-same-results.ts'
import { convBatchNorm, feeds, modelOf, operators, positive, weights } from './small-models.ts'

/** Rewrites a copy, verifies it after every pass, and checks that it computes the same. */
async function rewritten(model: Model, level: RewriteLevel = 'all'): Promise<Model> {
  const copy = model.clone()
  rewrite(copy, { level, onPass: () => verify(copy, { inference: true }) })
  await expectSameResults(copy, model, feeds)
  return copy
}

describe('fuse-affine-behind', () => {
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

describe('operators of other domains', () => {
  /** The node of that name as another domain would have it. */
  const foreign = (b: Builder, op: string, inputs: readonly Value[], like: Value): Value =>
    b.graph.append({ op, domain: 'acme', inputs, outputs: [{ type: like.type }] }).output

  it('are not what their names say: a BatchNormalization is not fused, nor into a Conv', () => {
    const model = modelOf((b, v) => {
      const plain = convBatchNorm(b, v)
      const norm = plain.producer
      if (!norm) throw new Error('a node is made above')
      const present = norm.inputs.filter((input) => input !== undefined)
      const foreignNorm = foreign(b, 'BatchNormalization', present, plain)
      const convolution = norm.input(0).producer?.inputs.filter((input) => input !== undefined) ?? []
      const foreignConv = foreign(b, 'Conv', convolution, plain)
      const [, ...statistics] = present
      const [scale, shift, mean, variance] = statistics
      if (!scale || !shift || !mean || !variance) throw new Error('a normalisation has five inputs')
      return b.add(foreignNorm, b.batchNormalization(foreignConv, scale, shift, mean, variance))
    })
    const { passes } = rewrite(model, { level: 'all' })
    expect(passes.find(({ name }) => name === 'fuse-affine-behind')?.notes).toEqual([])
    expect([...model.graph.nodes()].map(({ domain, op }) => `${domain}:${op}`).sort()).toEqual(
      [':Add', ':BatchNormalization', ':Conv', 'acme:BatchNormalization', 'acme:Conv'].sort(),
    )
  })

  it.each(['Identity', 'Transpose', 'Reshape'])('are kept and not computed, as %s', (op) => {
    const model = modelOf((b, v) =>
      b.add(foreign(b, op, [v], v), foreign(b, op, [b.constant(weights([4, 4]))], v)),
    )
    rewrite(model, { level: 'all' })
    expect(operators(model)).toEqual([op, op, 'Add'])
  })
})

describe('remove-no-ops', () => {
  const cases: readonly [string, (b: Builder, x: Value) => Value][] = [
    ['an Identity', (b, v) => b.identity(v)],
    ['a Reshape to the same dims', (b, v) => b.reshape(v, b.int64s([0, 3, 4, 4]))],
    ['a Transpose that keeps the order', (b, v) => b.transpose(v, { perm: [0, 1, 2, 3] })],
    ['a Pad by nothing', (b, v) => b.pad(v, b.int64s([0, 0, 0, 0, 0, 0, 0, 0]))],
    ['adding −0', (b, v) => b.add(b.scalar('float32', -0), v)],
    ['adding the integer 0', (b, v) => b.cast(b.add(b.cast(v, { to: 6 }), b.scalar('int32', 0)), { to: 1 })],
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
    const left = operators(await rewritten(modelOf((b, v) => b.relu(build(b, v)))))
    expect(left.filter((op) => op !== 'Cast')).toEqual(['Relu'])
  })

  it('removes a Cast to the same dtype', async () => {
    expect(operators(await rewritten(modelOf((b, v) => b.relu(b.cast(v, { to: 1 })))))).toEqual(['Relu'])
  })

  it('keeps what only looks like one: 0 − x, 1 ÷ x, an addition that broadcasts to a higher rank', async () => {
    const model = modelOf((b, v) => {
      const one = b.scalar('float32', 1)
      const wide = b.constant(tensorOf('float32', [1, 1, 1, 1, 1], [0]))
      return b.add(b.div(one, b.add(b.sub(b.scalar('float32', 0), v), b.scalar('float32', 7))), wide)
    })
    expect(operators(await rewritten(model))).toEqual(['Sub', 'Add', 'Div', 'Add'])
  })

  it.each([
    ['+ 0', (b: Builder, v: Value) => b.add(v, b.scalar('float32', 0)), 'Add'],
    ['+ 0 of float16', (b: Builder, v: Value) => b.add(b.cast(v, { to: 10 }), b.scalar('float16', 0)), 'Add'],
    ['− −0', (b: Builder, v: Value) => b.sub(v, b.scalar('float32', -0)), 'Sub'],
  ])('keeps x %s, which makes 0 of −0', async (_, build, op) => {
    expect(operators(await rewritten(modelOf(build)))).toContain(op)
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

  it('stores no long result of a few numbers', async () => {
    const model = modelOf((b, v) => {
      let long = b.identity(b.int64s([3]))
      for (let i = 0; i < 20; i++) long = b.concat([long, long], { axis: 0 })
      return b.add(v, b.reduceSum(b.castLike(long, v), { keepdims: 0 }))
    })
    const folded = await rewritten(model)
    const lengths = [...folded.graph.initializers].map(({ dims }) => Number(dims[0] ?? 1))
    expect(Math.max(...lengths)).toBeLessThanOrEqual(2048)
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
    expect(operators(lean)).toEqual(['MatMul', 'Add'])
    expect(lean.graph.initializers.size).toBe(1)
  })
})

describe('eliminate-dead-code', () => {
  it('tells what the source held in vain, and nothing of what other passes leave', () => {
    const model = modelOf((b, v) => {
      b.relu(b.mul(v, b.constant(weights([4, 4], 8))))
      return b.identity(convBatchNorm(b, v))
    })
    const told = rewrite(model, { level: 'all' }).passes.flatMap(({ name, notes }) =>
      notes.map((note) => `${name}: ${note}`),
    )
    expect(told).toEqual([
      'eliminate-dead-code: 2 nodes',
      'eliminate-dead-code: 1 constant',
      'remove-no-ops: 1 node',
      'fuse-affine-behind: 1 node',
    ])
  })
})

describe('rewrite', () => {
  it('changes nothing at level none', () => {
    const model = modelOf((b, v) => b.identity(v))
    expect(rewrite(model, { level: 'none' }).passes).toEqual([])
    expect(operators(model)).toEqual(['Identity'])
  })

  it('reports for each pass how many nodes it found and left', () => {
    const model = modelOf((b, v) => b.relu(b.identity(convBatchNorm(b, v))))
    const { passes } = rewrite(model, { level: 'all' })
    expect(passes[0]?.nodesBefore).toBe(4)
    const noOps = passes.find(({ name }) => name === 'remove-no-ops')
    expect([noOps?.nodesBefore, noOps?.nodesAfter]).toEqual([4, 3])
    expect(passes.at(-1)?.nodesAfter).toBe(2)
    expect(passes.find((pass) => pass.name === 'fuse-affine-behind')?.notes).toEqual(['1 node'])
  })
})
