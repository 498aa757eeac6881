import { describe, expect, it } from 'vitest'
import { createBuilder, dimName, Model, symbol, tensorOf, tensorType } from '../../src/graph/index.ts'

describe('the builder', () => {
  it('infers the dims of a convolution from a symbolic batch and size', () => {
    const model = new Model()
    const x = model.graph.addInput('image', tensorType('float32', [symbol('N'), 3, symbol('H'), 224]))
    const b = createBuilder(model)
    const w = b.constant(tensorOf('float32', [8, 3, 3, 3], new Float32Array(216)))
    const y = b.relu(b.conv(x, w, { pads: [1, 1, 1, 1], strides: [2, 2] }))
    expect(y.dtype).toBe('float32')
    expect(y.dims.map(dimName)).toEqual(['N', '8', 'floor((H + 1)/2)', '112'])
  })

  it('refuses inputs that do not broadcast, naming the operator', () => {
    const model = new Model()
    const b = createBuilder(model)
    const a = model.graph.addInput('a', tensorType('float32', [2, 3]))
    const c = model.graph.addInput('c', tensorType('float32', [2, 4]))
    expect(() => b.add(a, c)).toThrow(
      '[INVALID_NODE] Add cannot take these inputs: dims 3 and 4 do not broadcast',
    )
  })

  it('folds shape arithmetic on known integers into constants', () => {
    const model = new Model()
    const b = createBuilder(model)
    const sum = b.add(b.int64s([1, 2]), b.int64s([10, 20]))
    expect(sum.isConstant).toBe(true)
    expect(model.graph.nodeCount).toBe(0)
  })
})
