import { describe, expect, it } from 'vitest'
import {
  createBuilder,
  Graph,
  MemorySource,
  Model,
  type NodeSpec,
  SourceTensor,
  symbol,
  tensorData,
  tensorOf,
  tensorType,
} from '../../src/graph/index.ts'

function chain(): { model: Model; b: ReturnType<typeof createBuilder>; x: ReturnType<Graph['addInput']> } {
  const model = new Model()
  const x = model.graph.addInput('x', tensorType('float32', [symbol('N'), 4]))
  return { model, b: createBuilder(model), x }
}

describe('a graph', () => {
  it('lets every value know its producer, its users and the graphs that return it', () => {
    const { model, b, x } = chain()
    const y = b.relu(x)
    const z = b.add(y, y)
    model.graph.addOutput('z', z)
    expect(y.producer?.op).toBe('Relu')
    expect(y.users.map((node) => node.op)).toEqual(['Add'])
    expect(z.outputOf).toEqual([model.graph])
    expect(x.isUsed).toBe(true)
  })

  it('moves all uses to another value, and keeps the name of an output', () => {
    const { model, b, x } = chain()
    const y = b.relu(x)
    const z = b.add(y, y)
    model.graph.addOutput('result', z)
    z.replaceUsesWith(y)
    y.replaceUsesWith(x)
    expect(model.graph.outputs).toEqual([{ name: 'result', value: x }])
    expect(y.users).toEqual([])
  })

  it('moves each of many outputs without touching the others', () => {
    const { model, b, x } = chain()
    const before = Array.from({ length: 10_000 }, () => b.relu(x))
    const after = before.map(() => b.neg(x))
    before.forEach((value, index) => {
      model.graph.addOutput(`y${index}`, value)
    })
    before.forEach((value, index) => {
      value.replaceUsesWith(after[index] ?? x)
    })
    expect(model.graph.outputs).toEqual(after.map((value, index) => ({ name: `y${index}`, value })))
    expect(before.some(({ isUsed }) => isUsed)).toBe(false)
  })

  it('moves an output that is returned twice, and one that joins another', () => {
    const { model, b, x } = chain()
    const [y, z] = [b.relu(x), b.neg(x)]
    for (const [name, value] of Object.entries({ a: y, b: z, c: y })) model.graph.addOutput(name, value)
    y.replaceUsesWith(z)
    z.replaceUsesWith(x)
    expect(model.graph.outputs).toEqual(['a', 'b', 'c'].map((name) => ({ name, value: x })))
    model.graph.setOutputs([])
    expect(x.outputOf).toEqual([])
  })

  it('refuses to remove a node whose result is read', () => {
    const { model, b, x } = chain()
    const y = b.relu(x)
    model.graph.addOutput('y', y)
    const [node] = [...model.graph.nodes()]
    expect(() => node && model.graph.remove(node)).toThrow(
      '[INVALID_GRAPH] Relu relu cannot be removed: relu is still used',
    )
  })

  it('may be changed while it is walked', () => {
    const { model, b, x } = chain()
    model.graph.addOutput('y', b.relu(b.relu(b.relu(x))))
    const visited: string[] = []
    for (const node of model.graph.nodes()) {
      visited.push(node.op)
      if (node.op !== 'Relu') continue
      const before = createBuilder(model, { graph: model.graph, before: node })
      node.output.replaceUsesWith(before.add(node.input(0), node.input(0)))
      model.graph.remove(node)
    }
    expect(visited).toEqual(['Relu', 'Relu', 'Relu'])
    expect([...model.graph.nodes()].map((node) => node.op)).toEqual(['Add', 'Add', 'Add'])
  })

  it('is walked through all subgraphs, each behind the node that owns it', () => {
    const { model, x } = chain()
    const subgraphs = (name: string, ...bodies: readonly Graph[]): NodeSpec => ({
      op: name,
      inputs: [x],
      outputs: [{}],
      attributes: new Map(bodies.map((value, index) => [`body${index}`, { type: 'graph', value }])),
    })
    const bodyOf = (...specs: readonly NodeSpec[]): Graph => {
      const body = new Graph('body')
      for (const spec of specs) body.append(spec)
      return body
    }
    const inner = bodyOf(subgraphs('C'), subgraphs('D'))
    model.graph.append(subgraphs('A', bodyOf(), bodyOf(subgraphs('B', inner, bodyOf()), subgraphs('E'))))
    model.graph.append(subgraphs('F', bodyOf(subgraphs('G'))))
    model.graph.append(subgraphs('H'))
    expect([...model.graph.allNodes()].map(({ op }) => op).join('')).toBe('ABCDEFGH')
    expect([...model.graph.nodesReversed()].map(({ op }) => op).join('')).toBe('HFA')
  })

  it('clones into an independent graph that shares tensors', () => {
    const { model, b, x } = chain()
    const weight = tensorOf('float32', [4], [1, 2, 3, 4])
    model.graph.addOutput('y', b.add(x, b.constant(weight, 'w')))
    const copy = model.clone()
    const [node] = [...copy.graph.nodes()]
    node?.setInput(1, copy.graph.inputs[0])
    expect([...copy.graph.initializers].map((value) => value.tensor)).toEqual([weight])
    expect([...model.graph.nodes()].map((original) => original.inputs[1]?.name)).toEqual(['w'])
  })

  it('keeps equal small constants once, and large ones by identity', () => {
    const { model, b } = chain()
    expect(b.int64s([1, 2])).toBe(b.int64s([1, 2]))
    const large = tensorOf('float32', [100], new Float32Array(100))
    expect(b.constant(large)).toBe(b.constant(large))
    expect(b.constant(tensorOf('float32', [100], new Float32Array(100)))).not.toBe(b.constant(large))
    expect(model.graph.initializers.size).toBe(3)
  })

  it('lets go of outer values when a node with a subgraph is removed', () => {
    const { model, x } = chain()
    const branch = new Graph('then')
    branch.append({ op: 'Relu', inputs: [x], outputs: [{}] })
    const node = model.graph.append({
      op: 'If',
      inputs: [x],
      outputs: [{}],
      attributes: new Map([['then_branch', { type: 'graph', value: branch }]]),
    })
    expect(x.users.length).toBe(2)
    expect(branch.root).toBe(model.graph)
    model.graph.remove(node)
    expect(x.isUsed).toBe(false)
  })
})

describe('a tensor', () => {
  it('reads nothing before it is asked, and then just its own range', () => {
    const reads: [number, number][] = []
    const source = new MemorySource(new Uint8Array(new Float32Array([1, 2, 3, 4]).buffer), 'net.bin')
    const spied = new Proxy(source, {
      get: (target, key) =>
        key === 'read'
          ? (offset: number, length: number) => {
              reads.push([offset, length])
              return target.read(offset, length)
            }
          : Reflect.get(target, key, target),
    })
    const tensor = new SourceTensor('float32', [2], spied.slice(8, 8))
    expect(reads).toEqual([])
    expect([...tensorData(tensor)]).toEqual([3, 4])
  })

  it('refuses a range that does not fit its dims', () => {
    const source = new MemorySource(new Uint8Array(6), 'net.bin')
    expect(() => new SourceTensor('float32', [2], source)).toThrow(
      '[CORRUPT_FILE] A tensor of net.bin says float32[2], which is 8 bytes, and has 6.',
    )
  })
})
