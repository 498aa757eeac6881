import { describe, expect, it } from 'vitest'
import {
  createBuilder,
  Graph,
  Model,
  print,
  StringTensor,
  symbol,
  tensorOf,
  tensorType,
} from '../../../src/graph/index.ts'

describe('printing a graph', () => {
  it('gives one line a node, with types and attributes', () => {
    const model = new Model()
    const x = model.graph.addInput('image', tensorType('float32', [symbol('N'), 3, 224, 224]))
    const b = createBuilder(model)
    const w = b.constant(tensorOf('float32', [8, 3, 7, 7], new Float32Array(8 * 3 * 49)), 'w')
    const bias = b.constant(tensorOf('float32', [8], [0.1, -1, 2, 0, 0, 0, 1e-7, 3]), 'bias')
    model.graph.addOutput('y', b.relu(b.conv(x, w, { B: bias, strides: [2, 2], pads: [3, 3, 3, 3] })))
    expect(print(model)).toMatchInlineSnapshot(`
      "main(%image: float32[N, 3, 224, 224]) {
        %w = const float32[8, 3, 7, 7]
        %bias = const float32[8] [0.1, -1, 2, 0, 0, 0, 1e-7, 3]
        %conv: float32[N, 8, 112, 112] = Conv(%image, %w, %bias) {pads=[3, 3, 3, 3], strides=[2, 2]}
        %relu: float32[N, 8, 112, 112] = Relu(%conv)
        return y=%relu
      }"
    `)
  })

  it('indents subgraphs and tells equal names apart', () => {
    const model = new Model()
    const c = model.graph.addInput('c', tensorType('bool', []))
    const branch = (op: string) => {
      const graph = new Graph('branch')
      graph.addOutput('r', graph.append({ op, inputs: [c, undefined, c], outputs: [{ name: 'c' }] }).output)
      return { type: 'graph' as const, value: graph }
    }
    const attributes = new Map([
      ['then_branch', branch('Not')],
      ['else_branch', branch('Identity')],
    ])
    const node = model.graph.append({
      op: 'If',
      domain: 'acme',
      inputs: [c],
      outputs: [{}, { name: '' }],
      attributes,
    })
    model.graph.addOutput('y', node.output)
    expect(print(model.graph)).toMatchInlineSnapshot(`
      "main(%c: bool[]) {
        %if: ?, %_: ? = acme.If(%c)
          else_branch() {
            %c.1: ? = Identity(%c, _, %c)
            return r=%c.1
          }
          then_branch() {
            %c.2: ? = Not(%c, _, %c)
            return r=%c.2
          }
        return y=%if
      }"
    `)
  })

  it('shows small constants, attributes of every kind and known integers', () => {
    const model = new Model()
    const { graph } = model
    const inputs = [
      graph.addInitializer(tensorOf('int64', [2], [1n, -(2n ** 62n)]), 'i'),
      graph.addInitializer(tensorOf('float32', [], [0.1]), 'f'),
      graph.addInitializer(tensorOf('bool', [2], [1, 0]), 'b'),
      graph.addInitializer(new StringTensor([1], ['a "b"']), 's'),
      graph.addInitializer(tensorOf('float16', [1], [0x3c00]), 'h'),
    ]
    const attributes = new Map([
      ['t', { type: 'tensor' as const, value: tensorOf('float32', [1], [1.5]) }],
      ['fs', { type: 'floats' as const, value: [0.5, 1e10] }],
      ['ss', { type: 'strings' as const, value: ['x'] }],
      ['s', { type: 'string' as const, value: 'NOTSET' }],
      ['f', { type: 'float' as const, value: Math.fround(0.1) }],
      ['i', { type: 'int' as const, value: -1 }],
    ])
    const outputs = [{ type: tensorType('int64', [2]), content: [symbol('N'), 3] }]
    const node = graph.append({ op: 'Custom', inputs, attributes, outputs })
    graph.addOutput('shape', node.output)
    expect(print(model)).toMatchInlineSnapshot(`
      "main() {
        %i = const int64[2] [1, -4611686018427387904]
        %f = const float32[] 0.1
        %b = const bool[2] [true, false]
        %s = const string[1] ["a \\"b\\""]
        %h = const float16[1]
        %custom: int64[2] (N, 3) = Custom(%i, %f, %b, %s, %h) {f=0.1, fs=[0.5, 10000000000], i=-1, s="NOTSET", ss=["x"], t=float32[1] [1.5]}
        return shape=%custom
      }"
    `)
  })
})
