import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  createBuilder,
  Graph,
  Model,
  tensorData,
  tensorOf,
  tensorType,
  type Value,
} from '../../../src/graph/index.ts'

function setting() {
  const model = new Model()
  const x = model.graph.addInput('x', tensorType('float32', [model.dynamicDim('N'), 3, 8, 8]))
  return { model, x, b: createBuilder(model) }
}

const outputsOf = ({ graph }: Model): number[] => [...graph.nodes()].map(({ outputs }) => outputs.length)

describe('builder methods', () => {
  it('emit results that are optional only when they are asked for', () => {
    const { model, x, b } = setting()
    const pooled = b.maxPool(x, { kernel_shape: [2, 2] })
    const both = b.maxPool(x, { kernel_shape: [2, 2], optionalOutputs: true })
    expectTypeOf(pooled).toEqualTypeOf<Value>()
    expectTypeOf(both).toEqualTypeOf<readonly [Value, Value]>()
    expect(both.map(({ dtype }) => dtype)).toEqual(['float32', 'int64'])
    expect(outputsOf(model)).toEqual([1, 2])
  })

  it('give all results of an operator that requires none of them', () => {
    const { b } = setting()
    expectTypeOf(b.lstm).returns.toEqualTypeOf<readonly [Value, Value, Value]>()
    expectTypeOf(b.split).returns.toEqualTypeOf<readonly Value[]>()
  })

  it('take required inputs by position, wherever the operator has its optional ones', () => {
    const { model, x, b } = setting()
    const body = new Graph('body')
    const [, go, carried] = [
      body.addInput('i', tensorType('int64', [])),
      body.addInput('go', tensorType('bool', [])),
      body.addInput('h', x.type),
    ]
    body.addOutput('go', go)
    body.addOutput('h', createBuilder(model, { graph: body, outer: b.at }).relu(carried))
    const [result] = b.loop([x], { M: b.scalar('int64', 2), body })
    expect(result?.producer?.inputs.map((input) => input?.name)).toEqual(['constant', undefined, 'x'])
  })

  it('require what the operator requires', () => {
    const { x, b } = setting()
    expectTypeOf(b.concat).parameter(1).toHaveProperty('axis').toEqualTypeOf<number>()
    expectTypeOf(b.relu).parameter(1).toExtend<{ name?: string | undefined } | undefined>()
    expect(() => Reflect.apply(b.concat, b, [[x, x], {}])).toThrow('attribute axis is required')
    expect(() => Reflect.apply(b.relu, b, [3])).toThrow('an input is not a Value')
  })

  it('fold scalars and short vectors of every dtype', () => {
    const { model, b } = setting()
    const scale = b.mul(b.scalar('float32', 0.1), b.scalar('float32', 3))
    expect(scale.tensor && tensorData(scale.tensor)[0]).toBe(Math.fround(Math.fround(0.1) * 3))
    expect(model.graph.nodeCount).toBe(0)
  })

  it('leave weights to rewriting, and random numbers to the run', () => {
    const { model, b } = setting()
    const weights = b.constant(tensorOf('float32', [4, 4], new Float32Array(16)))
    expect(b.transpose(weights).isConstant).toBe(false)
    expect(b.randomUniform({ shape: [2] }).isConstant).toBe(false)
    expect(model.graph.nodeCount).toBe(2)
  })

  it('fold inside of subgraphs to constants that all graphs see', () => {
    const { model, b } = setting()
    const inner = createBuilder(model, { graph: new Graph('then'), outer: b.at })
    expect(inner.add(inner.int64s([1]), inner.int64s([2])).graph).toBe(model.graph)
  })
})
