import { describe, expect, it } from 'vitest'
import {
  type Builder,
  createBuilder,
  Graph,
  inferGraph,
  type Model,
  tensorOf,
  tensorType,
  type Value,
  verify,
} from '../../src/graph/index.ts'
import { rewrite } from '../../src/rewrite/index.ts'
import { PASSES } from '../../src/rewrite/passes/index.ts'
import { TARGETS } from '../../src/targets/index.ts'
import { expectSameResults } from '../support/expect-same-results.ts'
import { convBatchNorm, feeds, modelOf, operators, weights } from './small-models.ts'

/** The passes that `reducible` has something for. */
const EVERYWHERE = PASSES.filter(({ name }) =>
  new Set([
    'eliminate-dead-code',
    'fold-shapes',
    'fold-weight-layout',
    'fold-constants',
    'remove-no-ops',
    'fuse-affine-behind',
    'share-initializers',
  ]).has(name),
)

/** A subgraph whose inputs and results the case builds. */
function bodyOf(outer: Builder, fill: (b: Builder, body: Graph) => readonly Value[]): Graph {
  const body = new Graph('body')
  const inner = createBuilder(outer.model, { graph: body, outer: outer.at })
  fill(inner, body).forEach((value, index) => {
    body.addOutput(`y${index}`, value)
  })
  return body
}

/** From `v: float32[N, 3, 4, 4]` to the same, by way of something for each of those to do. Each `seed` has weights of its own. */
function reducible(b: Builder, v: Value, seed: number): Value {
  b.relu(b.mul(v, v))
  const normalised = convBatchNorm(b, v, undefined, seed)
  const mixed = b.conv(normalised, b.constant(weights([3, 5, 1, 1], seed + 1)))
  const turned = b.transpose(b.constant(weights([4, 4], seed + 2)), { perm: [1, 0] })
  const [one, same] = [1, 2].map(() => b.graph.addInitializer(weights([1, 3, 4, 4], seed + 3)))
  if (!one || !same) throw new Error('two constants are made above')
  const scaled = b.mul(b.constant(weights([3, 4, 4], seed + 4)), b.constant(weights([3, 1, 1], seed + 5)))
  const sum = b.add(b.add(b.add(b.identity(b.matMul(mixed, turned)), one), same), scaled)
  return b.tanh(b.mul(b.reshape(sum, shapeOf(b, sum)), b.scalar('float32', 0.1)))
}

/** As a file has it: the builder would not have emitted what it knows. */
function shapeOf(b: Builder, v: Value): Value {
  const { output } = b.graph.append({ op: 'Shape', inputs: [v], outputs: [{}] })
  const inner = b.graph.append({
    op: 'Slice',
    inputs: [output, b.int64s([1]), b.int64s([4])],
    outputs: [{ type: tensorType('int64', [3]) }],
  })
  return b.concat([b.int64s([-1]), inner.output], { axis: 0 })
}

/** Folded weights are rounded anew, and a loop hands the difference on. */
const ROUNDING = 1e-5

const state = tensorType('float32', [])
const int = tensorType('int64', [])
const bool = tensorType('bool', [])

const MODELS: readonly (readonly [string, (b: Builder, x: Value) => Value])[] = [
  ['the branch of an If that is taken', (b, x) => b.add(branch(b, x, 'greater', 1), b.scalar('float32', 0))],
  ['the other branch of an If', (b, x) => branch(b, x, 'less', 1)],
  [
    'a Loop, with what it hands on and what it stacks',
    (b, x) => {
      const body = bodyOf(b, (inner, graph) => {
        graph.addInput('i', int)
        const go = graph.addInput('go', bool)
        const next = reducible(inner, graph.addInput('h', x.type), 1)
        return [go, next, inner.reduceMean(next, { keepdims: 0 })]
      })
      const [last, means] = b.loop([x], { M: b.scalar('int64', 3), body })
      return last && means ? b.mul(last, b.reduceMax(means, { keepdims: 0 })) : x
    },
  ],
  [
    'a Scan over the channels that reads an outer value',
    (b, x) => {
      const body = bodyOf(b, (inner, graph) => {
        const sum = graph.addInput('sum', state)
        const channel = graph.addInput('channel', undefined)
        channel.type = tensorType('float32', [x.dims[0] ?? 1, 4, 4])
        const next = reducible(inner, inner.add(x, inner.unsqueeze(channel, inner.int64s([1]))), 1)
        return [inner.add(sum, inner.reduceMean(next, { keepdims: 0 })), inner.identity(next)]
      })
      const start = b.constant(tensorOf('float32', [], [0.5]))
      const attributes = { num_scan_inputs: 1, scan_input_axes: [1], body }
      const [sum, all] = b.scan([start, x], attributes)
      return sum && all ? b.add(b.reduceSum(all, { axes: b.int64s([0]), keepdims: 0 }), sum) : x
    },
  ],
  [
    'an If within a Loop, that reads values of both graphs around it',
    (b, x) => {
      const body = bodyOf(b, (inner, graph) => {
        graph.addInput('i', int)
        const go = graph.addInput('go', bool)
        const h = graph.addInput('h', x.type)
        return [go, branch(inner, inner.add(h, x), 'greater', 1)]
      })
      return b.loop([x], { M: b.scalar('int64', 2), body })[0] ?? x
    },
  ],
]

/** An If whose two branches have weights of their own. */
function branch(b: Builder, v: Value, comparison: 'greater' | 'less', seed: number): Value {
  const condition = b[comparison](b.reduceMax(v, { keepdims: 0 }), b.scalar('float32', 0))
  const [result] = b.if(condition, {
    then_branch: bodyOf(b, (inner) => [reducible(inner, v, seed)]),
    else_branch: bodyOf(b, (inner) => [reducible(inner, v, seed + 10)]),
  })
  return result ?? v
}

function built(build: (b: Builder, x: Value) => Value): Model {
  const model = modelOf(build)
  inferGraph(model)
  verify(model, { inference: true })
  return model
}

describe.each(MODELS)('%s', (_, build) => {
  it.each(EVERYWHERE.map((pass) => [pass.name, pass] as const))(
    '%s changes it, and keeps what it computes',
    async (_, pass) => {
      const model = built(build)
      const changed = model.clone()
      const changes = Object.values(pass.run(changed, { target: TARGETS.wasm }))
      expect(Math.max(...changes)).toBeGreaterThan(0)
      verify(changed, { inference: true })
      await expectSameResults(changed, model, feeds, ROUNDING)
    },
  )

  it('is verified after every pass of the list, and computes the same in the end', async () => {
    const model = built(build)
    const changed = model.clone()
    const seen = new Set<string>()
    rewrite(changed, {
      level: 'all',
      onPass: ({ name }) => {
        seen.add(name)
        verify(changed, { inference: true })
      },
    })
    expect([...seen]).toEqual(expect.arrayContaining(EVERYWHERE.map(({ name }) => name)))
    for (const gone of ['BatchNormalization', 'Identity', 'Transpose', 'Relu'])
      expect(operators(changed)).not.toContain(gone)
    await expectSameResults(changed, model, feeds, ROUNDING)
  })
})
