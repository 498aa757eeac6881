import { describe, expect, it } from 'vitest'
import {
  createBuilder,
  Graph,
  joinChunks,
  LazyTensor,
  MemorySource,
  Model,
  readModel,
  symbol,
  tensorOf,
  tensorType,
  type WriteOptions,
  writeModel,
} from '../../../src/graph/index.ts'
import { decodeModel } from '../../../src/graph/onnx/proto/decode-model.ts'

const float = tensorType('float32', [symbol('N'), 4])

/** A model of one input `x` whose outputs are what `build` adds. */
function modelOf(build: (model: Model, b: ReturnType<typeof createBuilder>) => void): Model {
  const model = new Model()
  model.graph.addInput('x', float)
  build(model, createBuilder(model))
  return model
}

const x = (model: Model) => {
  const [input] = model.graph.inputs
  if (!input) throw new Error('no input')
  return input
}

const bytesOf = (model: Model, options?: WriteOptions) => joinChunks(writeModel(model, options).model)
const reread = (model: Model, options?: WriteOptions) => readModel(new MemorySource(bytesOf(model, options)))

/** `Relu(x) -> y`, a line a node. */
const lines = (graph: Graph): string[] =>
  [...graph.nodes()].map(
    (node) =>
      `${node.op}(${node.inputs.map((input) => input?.name ?? '')}) -> ${node.outputs.map(({ name }) => name)}`,
  )

const ones = (count: number) => tensorOf('float32', [count], new Float32Array(count).fill(1))

describe('writing a model', () => {
  it('gives the same bytes for the same graph, and for its clone', () => {
    const model = modelOf((m, b) => m.graph.addOutput('y', b.relu(b.add(x(m), b.constant(ones(4), 'w')))))
    expect(bytesOf(model)).toEqual(bytesOf(model))
    expect(bytesOf(model.clone())).toEqual(bytesOf(model))
  })

  it.each([
    ['where sizes that are data say symbolic dims, unless asked otherwise', undefined, ['turned']],
    ['of all values for viewers', 'all', ['turned', 'open', 'fixed', 'sum']],
    ['of inputs and outputs alone', 'none', []],
  ] as const)('tells the types %s', (_, valueInfo, told) => {
    const model = modelOf((m, b) => {
      const turned = b.reshape(x(m), b.int64s([-1, 2, 2]), { name: 'turned' })
      const open = b.relu(turned, { name: 'open' })
      const sum = b.reduceSum(open, { axes: b.int64s([0]), keepdims: 0, name: 'sum' })
      const fixed = b.reshape(sum, b.int64s([4]), { name: 'fixed' })
      m.graph.addOutput('y', b.add(x(m), fixed))
    })
    const { graph } = decodeModel(new MemorySource(bytesOf(model, { valueInfo })))
    const names = graph?.valueInfos.map(({ name }) => name) ?? []
    expect(names.filter((name) => name !== 'y').sort()).toEqual([...told].sort())
  })

  it('makes names unique and keeps those of inputs and outputs', () => {
    const model = modelOf((m, b) => {
      const first = b.relu(x(m), { name: 'y' })
      const second = b.relu(first, { name: 'y' })
      m.graph.addOutput('y', b.add(second, b.constant(ones(4), 'x')))
      m.graph.addOutput('y_2', second)
    })
    expect(lines(reread(model).graph)).toEqual(['Relu(x) -> y_1', 'Relu(y_1) -> y_2', 'Add(y_2,x_1) -> y'])
  })

  it('replaces what a name cannot hold and cuts what is too long', () => {
    const model = modelOf((m, b) => {
      const first = b.relu(x(m), { name: 'a\n\ud800 b' })
      m.graph.addOutput('y', b.relu(b.relu(first, { name: 'long'.repeat(100) })))
    })
    const [a, long] = [...reread(model).graph.nodes()].map((node) => node.output.name)
    expect(a).toBe('a_b')
    expect(long).toHaveLength(120)
  })

  it('puts an Identity where an output is an input, a constant, or returned twice', () => {
    const model = modelOf((m, b) => {
      const y = b.relu(x(m))
      m.graph.addOutput('same', x(m))
      m.graph.addOutput('constant', b.constant(ones(4), 'w'))
      m.graph.addOutput('once', y)
      m.graph.addOutput('twice', y)
    })
    const { graph } = reread(model)
    expect(graph.outputs.map(({ name }) => name)).toEqual(['same', 'constant', 'once', 'twice'])
    expect(lines(graph)).toEqual([
      'Relu(x) -> once',
      'Identity(x) -> same',
      'Identity(w) -> constant',
      'Identity(once) -> twice',
    ])
  })

  it('returns an input under its own name without a node', () => {
    const model = modelOf((m) => m.graph.addOutput('x', x(m)))
    expect(lines(reread(model).graph)).toEqual([])
  })

  it('refuses two outputs of one name', () => {
    const model = modelOf((m, b) => {
      m.graph.addOutput('y', b.relu(x(m)))
      m.graph.addOutput('y', b.relu(x(m)))
    })
    expect(() => writeModel(model)).toThrow('"y" among the outputs of graph main has the name of another')
  })

  it('refuses a value that is used outside of its graph', () => {
    const model = modelOf((m) => {
      const branch = new Graph('branch')
      const inner = branch.append({ op: 'Neg', inputs: [x(m)], outputs: [{ name: 'inner' }] })
      m.graph.append({
        op: 'If',
        inputs: [x(m)],
        outputs: [{}],
        attributes: new Map([['then_branch', { type: 'graph', value: branch }]]),
      })
      m.graph.addOutput('y', m.graph.append({ op: 'Relu', inputs: [inner.output], outputs: [{}] }).output)
      m.graph.nodes().next().value?.setAttribute('then_branch', { type: 'int', value: 0 })
    })
    expect(() => writeModel(model)).toThrow('[INVALID_GRAPH] Value inner of graph branch is used where it')
  })

  it('names values of subgraphs so that they hide no outer ones, and gives outer results an Identity', () => {
    const branch = (value: Model) => {
      const graph = new Graph('branch')
      graph.addOutput('x', x(value))
      graph.addOutput('y', graph.append({ op: 'Neg', inputs: [x(value)], outputs: [{ name: 'x' }] }).output)
      return graph
    }
    const model = modelOf((m) => {
      const attributes = new Map([['then_branch', { type: 'graph' as const, value: branch(m) }]])
      const node = m.graph.append({ op: 'If', inputs: [x(m)], outputs: [{}, {}], attributes })
      for (const [index, value] of node.outputs.entries()) m.graph.addOutput(`o${index}`, value)
    })
    const [choice] = reread(model).graph.nodes()
    const [inner] = choice?.subgraphs ?? []
    expect(inner && lines(inner)).toEqual(['Neg(x) -> y', 'Identity(x) -> x_1'])
    expect(inner?.outputs.map(({ name }) => name)).toEqual(['x_1', 'y'])
  })

  it('writes a shared tensor once, and no constant that nothing uses', () => {
    const shared = ones(4)
    const model = modelOf((m, b) => {
      const [a, c] = [m.graph.addInitializer(shared, 'a'), m.graph.addInitializer(shared, 'c')]
      m.graph.addInitializer(ones(4), 'unused')
      m.graph.addOutput('y', b.add(b.add(x(m), a), c))
    })
    const { graph } = reread(model)
    expect([...graph.initializers].map(({ name }) => name)).toEqual(['a'])
    expect(lines(graph)).toEqual(['Add(x,a) -> add', 'Add(add,a) -> y'])
  })

  it('leaves out optional inputs at the end, and outputs without a name that nobody reads', () => {
    const model = modelOf((m) => {
      const node = m.graph.append({
        op: 'Custom',
        domain: 'acme',
        inputs: [x(m), undefined, x(m), undefined],
        outputs: [{ name: '' }, { name: 'kept' }, { name: '' }],
      })
      m.graph.addOutput('y', node.outputs[1] ?? node.output)
    })
    model.opsets.set('acme', 3)
    model.opsets.set('unused', 1)
    const read = reread(model)
    expect(lines(read.graph)).toEqual(['Custom(x,,x) -> ,y'])
    expect([...read.opsets]).toEqual([
      ['', 21],
      ['acme', 3],
    ])
  })

  it('writes all three outputs of a BatchNormalization in training mode, also those that nobody reads', () => {
    const model = modelOf((m) => {
      const statistic = m.graph.addInitializer(ones(4), 's')
      const node = m.graph.append({
        op: 'BatchNormalization',
        inputs: [x(m), statistic, statistic, statistic, statistic],
        attributes: new Map([['training_mode', { type: 'int', value: 1 }]]),
        outputs: [{ name: 'n' }, { name: 'mean' }, { name: 'variance' }],
      })
      m.graph.addOutput('y', node.output)
    })
    expect(lines(reread(model).graph)).toEqual(['BatchNormalization(x,s,s,s,s) -> y,mean,variance'])
  })

  it('keeps attributes of every kind, metadata and types', () => {
    const model = modelOf((m) => {
      const attributes = new Map([
        ['b', { type: 'ints' as const, value: [1, -(2 ** 53) + 1] }],
        ['a', { type: 'float' as const, value: 0.5 }],
        ['c', { type: 'strings' as const, value: ['ü', ''] }],
        ['d', { type: 'tensor' as const, value: tensorOf('int64', [1], [-1n]) }],
        ['e', { type: 'floats' as const, value: [1.5, -2] }],
        ['f', { type: 'string' as const, value: 'text' }],
        ['g', { type: 'int' as const, value: -7 }],
        ['h', { type: 'ints' as const, value: [] }],
      ])
      const node = m.graph.append({
        op: 'Custom',
        domain: 'acme',
        inputs: [x(m)],
        outputs: [{ type: float }],
        attributes,
      })
      m.graph.addOutput('y', node.output)
    })
    model.metadata.set('guard', 'N >= 2')
    const read = reread(model)
    const [node] = read.graph.nodes()
    const { d, ...others } = Object.fromEntries([...(node?.attributes ?? [])].map(([k, v]) => [k, v.value]))
    expect(others).toEqual({
      a: 0.5,
      b: [1, -9007199254740991],
      c: ['ü', ''],
      e: [1.5, -2],
      f: 'text',
      g: -7,
      h: [],
    })
    expect(d).toMatchObject({ dtype: 'int64', dims: [1] })
    expect(read.metadata).toEqual(new Map([['guard', 'N >= 2']]))
    expect(node?.output.type).toEqual(float)
  })
})

describe('writing external data', () => {
  const model = modelOf((m, b) => {
    const weights = [ones(4), ones(300), ones(400)].map((tensor, i) => b.constant(tensor, `w${i}`))
    const node = m.graph.append({ op: 'Custom', inputs: [x(m), ...weights], outputs: [{}] })
    m.graph.addOutput('y', node.output)
  })

  it('puts large tensors at page borders of a file beside the model', () => {
    const { model: file, data } = writeModel(model, { externalData: { file: 'net.data', threshold: 1000 } })
    expect(data).toMatchObject({ name: 'net.data', size: 4096 + 1600 })
    const siblings = new Map([['net.data', data ? joinChunks(data) : new Uint8Array()]])
    const read = readModel(new MemorySource(joinChunks(file), 'net.onnx', siblings))
    expect([...read.graph.initializers].map(({ name, tensor }) => [name, tensor?.source?.name])).toEqual([
      ['w0', 'net.onnx'],
      ['w1', 'net.data'],
      ['w2', 'net.data'],
    ])
    expect([...read.graph.initializers].map(({ tensor }) => tensor?.bytes().at(-1))).toEqual([63, 63, 63])
  })

  it('keeps everything in one file below the limit', () => {
    expect(writeModel(model, { externalData: { above: 1e6 } }).data).toBeUndefined()
    expect(writeModel(model).data).toBeUndefined()
  })

  it('reads a tensor only when its chunk is asked for, and gathers nothing', () => {
    let reads = 0
    const big = 3 * 2 ** 30
    const lazy = new LazyTensor('uint8', [big], () => {
      reads++
      return new Uint8Array(16)
    })
    const huge = modelOf((m) => {
      const node = m.graph.append({ op: 'Custom', inputs: [m.graph.addInitializer(lazy)], outputs: [{}] })
      m.graph.addOutput('y', node.output)
    })
    const { model: file, data } = writeModel(huge)
    expect(file.size).toBeLessThan(1000)
    expect(data?.size).toBe(big)
    expect(reads).toBe(0)
    expect(() => [...(data?.chunks() ?? [])]).toThrow('gave 16 bytes, not 3221225472')
  })
})
