import { describe, expect, it } from 'vitest'
import {
  constantOf,
  createBuilder,
  Model,
  tensorData,
  tensorOf,
  tensorType,
} from '../../../src/graph/index.ts'

function graph() {
  const model = new Model()
  const b = createBuilder(model)
  const table = b.constant(
    tensorOf(
      'float32',
      [12],
      Array.from({ length: 12 }, (_, index) => index),
    ),
  )
  return { model, b, table }
}

describe('constantOf', () => {
  it('computes what follows from constants alone, and leaves the graph as it is', () => {
    const { model, b, table } = graph()
    const value = b.add(b.mul(table, b.scalar('float32', 2)), b.scalar('float32', 1))
    const nodes = model.graph.nodeCount
    const tensor = constantOf(value)
    expect(tensor && [...tensorData(tensor)].slice(0, 3)).toEqual([1, 3, 5])
    expect(model.graph.nodeCount).toBe(nodes)
    expect(value.tensor).toBeUndefined()
  })

  it('knows nothing where an input of the model takes part', () => {
    const { model, b, table } = graph()
    const x = model.graph.addInput('x', tensorType('float32', [12]))
    expect(constantOf(b.mul(b.add(x, table), b.scalar('float32', 2)))).toBeUndefined()
  })

  it('gives up on long chains and large results', () => {
    const { b, table } = graph()
    let value = table
    for (let step = 0; step < 300; step++) value = b.add(value, b.scalar('float32', 1))
    expect(constantOf(value)).toBeUndefined()
    const wide = b.expand(table, b.int64s([10_000, 12]))
    expect(constantOf(b.add(wide, b.scalar('float32', 1)))).toBeUndefined()
  })
})
