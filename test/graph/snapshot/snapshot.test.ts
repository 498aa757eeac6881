import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ModelError } from '../../../src/errors/index.ts'
import {
  type ByteSource,
  createBuilder,
  floorDiv,
  Graph,
  joinChunks,
  LazyTensor,
  MemorySource,
  Model,
  maxDim,
  mul,
  print,
  readSnapshot,
  SourceTensor,
  StringTensor,
  symbol,
  tensorOf,
  tensorType,
  verify,
  writeModel,
  writeSnapshot,
} from '../../../src/graph/index.ts'

/** Bytes that know which file they are. */
class FileSource extends MemorySource {
  readonly path: string
  constructor(path: string, bytes: Uint8Array) {
    super(bytes, path)
    this.path = path
  }
  override slice(offset: number, length: number, name = this.name): ByteSource {
    const part = new FileSource(this.path, this.read(offset, length))
    const origin = { path: this.path, offset }
    return Object.defineProperties(part, { name: { value: name }, origin: { value: origin } })
  }
}

const weights = new FileSource('/models/net.pth', new Uint8Array(new Float32Array([9, 1, 2, 3, 4]).buffer))
const noFiles = (path: string): ByteSource => {
  throw new Error(`${path} is not needed`)
}

function sample(): Model {
  const model = new Model()
  const n = model.dynamicDim('N', { min: 2, max: 64, hint: 4 })
  const h = model.dynamicDim('H')
  const x = model.graph.addInput('x', tensorType('float32', [n, 3, h, 224]))
  const b = createBuilder(model)
  b.origin = { file: 'model.py', line: 41 }
  const w = b.constant(tensorOf('float32', [8, 3, 3, 3], new Float32Array(216)), 'w')
  const y = b.relu(b.conv(x, w, { strides: [2, 2], pads: [1, 1, 1, 1] }))
  const flat = b.reshape(y, b.concat([b.shape(y, { start: 0, end: 1 }), b.int64s([-1])], { axis: 0 }))
  model.graph.addOutput('flat', flat)
  model.graph.addOutput('found', b.nonZero(flat))
  model.metadata.set('guard', 'H >= 2')
  model.opsets.set('com.microsoft', 1)
  return model
}

const bytesOf = (model: Model): Uint8Array => joinChunks(writeSnapshot(model))
const again = (model: Model): Model => readSnapshot(bytesOf(model), noFiles)

describe('a snapshot', () => {
  it('gives the model back as it was: text, types, facts, metadata and the file it becomes', () => {
    const model = sample()
    const read = again(model)
    verify(read, { inference: true })
    expect(print(read)).toBe(print(model))
    expect(read.facts).toEqual(model.facts)
    expect([...read.facts.keys()]).toEqual([...model.facts.keys()])
    expect(read.unbacked).toEqual(model.unbacked)
    expect(read.metadata).toEqual(model.metadata)
    expect(read.opsets).toEqual(model.opsets)
    expect(joinChunks(writeModel(read).model)).toEqual(joinChunks(writeModel(model).model))
  })

  it('is the same when written again', () => {
    const model = sample()
    expect(bytesOf(again(model))).toEqual(bytesOf(model))
  })

  it('keeps dims that are expressions, identical to those of any other model', () => {
    const model = new Model()
    const [n, m] = [model.dynamicDim('N'), model.dynamicDim('M')]
    const half = floorDiv(mul(n, 3), 2)
    const dims = [half, maxDim(half, m), mul(half, m), 0]
    model.graph.addOutput('x', model.graph.addInput('x', tensorType('float32', dims)))
    expect(again(model).graph.inputs[0]?.dims).toEqual(dims)
    dims.forEach((dim, axis) => {
      expect(again(model).graph.inputs[0]?.dims[axis]).toBe(dim)
    })
  })

  it('keeps origins, names that repeat, and known integers', () => {
    const read = again(sample())
    const [conv] = read.graph.nodes()
    expect(conv?.origin).toEqual({ file: 'model.py', line: 41 })
    const shape = [...read.graph.nodes()].find(({ op }) => op === 'Shape')
    expect(shape?.output.content).toEqual([symbol('N')])
  })

  it('refers to tensors that lie in a file and writes none of their bytes', () => {
    const model = new Model()
    const tensor = new SourceTensor('float32', [4], weights.slice(4, 16, 'net.pth!w'))
    const [a, c] = [model.graph.addInitializer(tensor, 'a'), model.graph.addInitializer(tensor, 'tied')]
    const node = model.graph.append({ op: 'Add', inputs: [a, c], outputs: [{}] })
    model.graph.addOutput('y', node.output)
    const bytes = bytesOf(model)
    const opened: string[] = []
    const read = readSnapshot(bytes, (path) => {
      opened.push(path)
      return weights
    })
    const [first, second] = read.graph.initializers
    expect(opened).toEqual(['/models/net.pth'])
    expect(first?.tensor).toBe(second?.tensor)
    expect(first?.tensor?.source?.name).toBe('net.pth!w')
    expect(first?.tensor?.bytes()).toEqual(tensor.bytes())
    expect(Buffer.from(bytes).includes(Buffer.from(tensor.bytes()))).toBe(false)
  })

  it('holds tensors that lie in no file: computed ones, strings, memory', () => {
    const model = new Model()
    const lazy = new LazyTensor('int8', [3], () => new Uint8Array([1, 2, 3]))
    const tensors = [lazy, new StringTensor([2], ['ü', '']), tensorOf('int64', [], [-1n])]
    const inputs = tensors.map((tensor, i) => model.graph.addInitializer(tensor, `t${i}`))
    model.graph.addOutput(
      'y',
      model.graph.append({ op: 'Custom', domain: 'acme', inputs, outputs: [{}] }).output,
    )
    const read = [...again(model).graph.initializers].map(({ tensor }) => tensor)
    expect(read[0]?.bytes()).toEqual(new Uint8Array([1, 2, 3]))
    expect(read[1]).toEqual(tensors[1])
    expect(read[2]?.bytes()).toEqual(tensors[2]?.bytes())
  })

  it('keeps attributes of every kind, and subgraphs that read outer values', () => {
    const model = new Model()
    const c = model.graph.addInput('c', tensorType('bool', []))
    const branch = (op: string) => {
      const graph = new Graph(op)
      graph.addOutput('r', graph.append({ op, inputs: [c], outputs: [{ type: c.type }] }).output)
      return graph
    }
    const attributes = new Map([
      ['g', { type: 'graph' as const, value: branch('Not') }],
      ['gs', { type: 'graphs' as const, value: [branch('Identity'), branch('Not')] }],
      ['f', { type: 'float' as const, value: Number.NEGATIVE_INFINITY }],
      ['fs', { type: 'floats' as const, value: [Number.NaN, -0, 1.5] }],
      ['i', { type: 'int' as const, value: -1 }],
      ['is', { type: 'ints' as const, value: [Number.MAX_SAFE_INTEGER] }],
      ['s', { type: 'string' as const, value: 'x' }],
      ['ss', { type: 'strings' as const, value: ['x', ''] }],
      ['t', { type: 'tensor' as const, value: tensorOf('float32', [1], [1.5]) }],
    ])
    const element = { kind: 'optional', element: tensorType('bool', undefined) } as const
    const outputs = [{ type: { kind: 'sequence', element } as const }, { name: '' }]
    const node = model.graph.append({ op: 'Custom', inputs: [undefined, c], attributes, outputs })
    model.graph.addOutput('y', node.output)
    const read = again(model)
    expect(print(read)).toBe(print(model))
    const [copy] = read.graph.nodes()
    expect(copy?.attribute('fs', 'floats')).toEqual([Number.NaN, -0, 1.5])
    expect(copy?.output.type).toEqual(node.output.type)
    expect([...(copy?.subgraphs[0]?.nodes() ?? [])][0]?.input(0)).toBe(read.graph.inputs[0])
  })
})

describe('a damaged snapshot', () => {
  const bytes = bytesOf(sample())
  const outcome = (damaged: Uint8Array): string => {
    try {
      readSnapshot(damaged, noFiles)
      return 'read'
    } catch (error) {
      return error instanceof ModelError ? error.code : String(error)
    }
  }

  it('is refused when it is cut short or something else', () => {
    for (const length of [0, 7, 15, 16, 100, bytes.length >> 1, bytes.length - 1])
      expect(outcome(bytes.subarray(0, length)), `cut at ${length}`).toBe('CACHE_FAILED')
    expect(outcome(new TextEncoder().encode('UMGRAPH0'.repeat(4)))).toBe('CACHE_FAILED')
  })

  it('never fails in another way than a ModelError', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, to) => {
        const changed = bytes.slice()
        changed[at] = to
        expect(outcome(changed)).toMatch(/^(read|[A-Z_]+)$/)
      }),
      { numRuns: 500 },
    )
  })
})
