import { describe, expect, it } from 'vitest'
import {
  createBuilder,
  Graph,
  Model,
  type Node,
  type OutputSpec,
  type Rule,
  symbol,
  tensorOf,
  tensorType,
  verify,
  violationsOf,
} from '../../../src/graph/index.ts'

const float = tensorType('float32', [symbol('N'), 4])

/** x → Add(x, w) → Relu → y */
function sound() {
  const model = new Model()
  const x = model.graph.addInput('x', float)
  const b = createBuilder(model)
  const sum = b.add(x, b.constant(tensorOf('float32', [4], [1, 2, 3, 4]), 'w'))
  const y = b.relu(sum)
  model.graph.addOutput('y', y)
  return { model, x, sum, y, b }
}

const call = (graph: Graph, op: string, inputs: Node['inputs'], output: OutputSpec = { type: float }): Node =>
  graph.append({ op, inputs, outputs: [{ name: `${op.toLowerCase()}1`, ...output }] })

describe('verifying a model', () => {
  it('finds nothing in a sound one, nor in its clone', () => {
    const { model } = sound()
    expect(violationsOf(model, { inference: true })).toEqual([])
    expect(() => verify(model.clone(), { inference: true })).not.toThrow()
  })

  it('names the node and the rule', () => {
    const { model, x } = sound()
    call(model.graph, 'Add', [x])
    expect(() => verify(model)).toThrow(
      '[INVALID_GRAPH] The graph breaks 1 rules:\n  Add add1: input B is left out (rule "arity": a node has the inputs',
    )
  })

  const cases: [string, Rule, string, (made: ReturnType<typeof sound>) => void][] = [
    [
      'a value read before it is defined',
      'order',
      'input 0 (neg1) is not defined before it',
      ({ model, sum, x }) => {
        const late = call(model.graph, 'Neg', [x])
        sum.producer?.setInput(0, late.output)
      },
    ],
    [
      'a value of a subgraph read outside of it',
      'order',
      'input 0 (neg1) is not defined before it',
      ({ model, x }) => {
        const branch = new Graph('branch')
        const inner = call(branch, 'Neg', [x])
        branch.addOutput('o', inner.output)
        const attributes = new Map([['then_branch', { type: 'graph' as const, value: branch }]])
        model.graph.append({ op: 'If', inputs: [x], outputs: [{ type: float }], attributes })
        call(model.graph, 'Relu', [inner.output])
      },
    ],
    [
      'an output that is no value of the graph',
      'order',
      'output z of graph main is not defined there',
      ({ model }) => model.graph.addOutput('z', new Graph('other').addInput('z', float)),
    ],
    [
      'a reader that a value does not know',
      'uses',
      'x does not know its readers',
      ({ x, sum }) => {
        if (sum.producer) x.removeUser(sum.producer)
      },
    ],
    [
      'two outputs of one name',
      'names',
      'the name y is given twice',
      ({ model, sum }) => model.graph.addOutput('y', sum),
    ],
    [
      'an output with the name of an input that it is not',
      'names',
      'the name x is given twice',
      ({ model, sum }) => model.graph.addOutput('x', sum),
    ],
    [
      'too many inputs',
      'arity',
      'it has 2 inputs and may have 1',
      ({ model, x }) => call(model.graph, 'Relu', [x, x]),
    ],
    [
      'an attribute that the operator does not have',
      'attributes',
      'Relu has no attribute alpha',
      ({ y }) => y.producer?.setAttribute('alpha', { type: 'float', value: 1 }),
    ],
    [
      'an attribute of another type',
      'attributes',
      'attribute group is of type float, not int',
      ({ model, b }) => {
        const x = model.graph.addInput('image', tensorType('float32', [1, 3, 8, 8]))
        const w = b.constant(tensorOf('float32', [2, 3, 1, 1], new Float32Array(6)))
        b.conv(x, w).producer?.setAttribute('group', { type: 'float', value: 1 })
      },
    ],
    [
      'branches that give too little',
      'subgraphs',
      'graph branch gives 0 outputs, not 1',
      ({ model, x }) => {
        const attributes = new Map([['then_branch', { type: 'graph' as const, value: new Graph('branch') }]])
        model.graph.append({ op: 'If', inputs: [x], outputs: [{ type: float }], attributes })
      },
    ],
    [
      'a used result without a type',
      'typed',
      'its result relu1 has no type',
      ({ model, x }) => model.graph.addOutput('z', call(model.graph, 'Relu', [x], {}).output),
    ],
    [
      'a wrong type',
      'inference',
      'relu is said to be float32[4, 4] and inferred to be float32[N, 4]',
      ({ y }) => {
        y.type = tensorType('float32', [4, 4])
      },
    ],
    ['another opset', 'opset', 'opset 17 is not 21', ({ model }) => model.opsets.set('', 17)],
  ]
  it.each([
    ['lets a branch that is never taken', true, []],
    ['does not let a branch that is taken', false, ['typed']],
  ] as const)('%s leave results without a type', (_, condition, rules) => {
    const { model, x, b } = sound()
    const [taken, other] = ['taken', 'other'].map((name) => new Graph(name))
    if (!taken || !other) throw new Error('two graphs are made above')
    taken.addOutput('z', createBuilder(model, { graph: taken, outer: b.at }).tanh(x))
    other.addOutput('z', call(other, 'Relu', [x], { type: undefined }).output)
    const attributes = new Map([
      ['then_branch', { type: 'graph' as const, value: taken }],
      ['else_branch', { type: 'graph' as const, value: other }],
    ])
    const cond = b.constant(tensorOf('bool', [], [condition ? 1 : 0]))
    model.graph.append({ op: 'If', inputs: [cond], outputs: [{ type: float }], attributes })
    expect(violationsOf(model).map(({ rule }) => rule)).toEqual(rules)
  })

  it.each(cases)('finds %s', (_, rule, what, damage) => {
    const made = sound()
    damage(made)
    expect(violationsOf(made.model, { inference: true })).toContainEqual(
      expect.objectContaining({ rule, what }),
    )
  })

  it('lets an output be an input of the same name', () => {
    const { model, x } = sound()
    model.graph.addOutput('x', x)
    expect(violationsOf(model)).toEqual([])
  })
})
