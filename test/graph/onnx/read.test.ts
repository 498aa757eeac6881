import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ModelError } from '../../../src/errors/index.ts'
import {
  adaptModel,
  dimName,
  MemorySource,
  type Model,
  readModel,
  tensorData,
} from '../../../src/graph/index.ts'
import * as F from '../../../src/graph/onnx/proto/fields.ts'
import {
  external,
  type FileSpec,
  type Fill,
  float,
  graph,
  int,
  ints,
  onnxBytes,
  onnxFile,
  raw,
  reference,
  type TensorSpec,
  tensor,
} from './onnx-file.ts'

const x = { name: 'x', dims: ['N', 3] as const }
const y = { name: 'y' }
const relu = { op: 'Relu', inputs: ['x'], outputs: ['y'] }

const read = (spec: FileSpec): Model => readModel(onnxFile(spec))
const ops = (model: Model): string[] => [...model.graph.nodes()].map((node) => node.label)

/** The tensor of a file with one initializer, as numbers. */
function readOne(spec: Omit<TensorSpec, 'name'>, siblings?: Map<string, Uint8Array>) {
  const file = onnxFile({ initializers: [{ name: 'w', ...spec }], outputs: [{ name: 'w' }] }, siblings)
  const [value] = readModel(file).graph.initializers
  if (!value?.tensor) throw new Error('no initializer')
  return value.tensor
}

const bytesOf = (array: ArrayBufferView): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength)

describe('reading tensors of an ONNX file', () => {
  it('leaves raw data in the file, as a range of it', () => {
    const bytes = onnxBytes({
      initializers: [{ name: 'w', dims: [2], data: raw(bytesOf(new Float32Array([1.5, -2]))) }],
      outputs: [{ name: 'w' }],
    })
    const [value] = readModel(new MemorySource(bytes)).graph.initializers
    expect(value?.tensor?.source?.size).toBe(8)
    expect(value?.tensor?.bytes().buffer).toBe(bytes.buffer)
    expect(value?.tensor && [...tensorData(value.tensor)]).toEqual([1.5, -2])
  })

  const typed: [string, number, number[], Fill, (number | bigint)[]][] = [
    ['packed float32', 1, [2], (m) => m.floats(F.TENSOR.floatData, [1.5, -2]), [1.5, -2]],
    ['unpacked float32', 1, [2], (m) => m.float(4, 1.5).float(4, -2), [1.5, -2]],
    ['int64', 7, [2], (m) => m.ints(F.TENSOR.int64Data, [-5, 2 ** 52 + 1]), [-5n, 4503599627370497n]],
    ['unpacked int64', 7, [2], (m) => m.int(7, -1).int(7, 7), [-1n, 7n]],
    ['int8 in int32_data', 3, [2], (m) => m.ints(F.TENSOR.int32Data, [-128, 127]), [-128, 127]],
    ['uint8 in int32_data', 2, [2], (m) => m.ints(F.TENSOR.int32Data, [0, 255]), [0, 255]],
    ['bool', 9, [2], (m) => m.ints(F.TENSOR.int32Data, [1, 0]), [1, 0]],
    ['float16 as bit patterns', 10, [1], (m) => m.ints(F.TENSOR.int32Data, [0x3c00]), [0x3c00]],
    ['uint32 in uint64_data', 12, [1], (m) => m.ints(F.TENSOR.uint64Data, [4294967295]), [4294967295]],
    [
      'int32',
      6,
      [2],
      (m) => m.ints(F.TENSOR.int32Data, [-(2 ** 31), 2 ** 31 - 1]),
      [-(2 ** 31), 2 ** 31 - 1],
    ],
  ]
  it.each(typed)('decodes %s exactly', (_, type, dims, data, expected) => {
    expect([...tensorData(readOne({ type, dims, data }))]).toEqual(expected)
  })

  it('keeps the two elements of a byte of 4-bit data together', () => {
    const packed = readOne({ type: 22, dims: [3], data: (m) => m.ints(F.TENSOR.int32Data, [0x21, 0x0f]) })
    expect([...packed.bytes()]).toEqual([0x21, 0x0f])
  })

  it('reads external data in place, at its offset', () => {
    const file = new Uint8Array([9, 9, 9, 9, 0, 0, 128, 63])
    const data = external({ location: 'w.bin', offset: '4', length: '4' })
    const one = readOne({ dims: [1], data }, new Map([['w.bin', file]]))
    expect([...tensorData(one)]).toEqual([1])
    expect(one.source?.name).toBe('w.bin')
  })

  const broken: [string, Omit<TensorSpec, 'name'>, string][] = [
    ['too few raw bytes', { dims: [2], data: raw(new Uint8Array(4)) }, '[CORRUPT_FILE]'],
    ['no data at all', { dims: [2], data: () => undefined }, '[CORRUPT_FILE]'],
    ['a value its type cannot hold', { type: 2, dims: [1], data: (m) => m.ints(5, [256]) }, '[CORRUPT_FILE]'],
    ['a negative dim', { dims: [-1], data: () => undefined }, '[CORRUPT_FILE]'],
    ['sizes beyond exact numbers', { dims: [2 ** 40, 2 ** 40], data: () => undefined }, '[CORRUPT_FILE]'],
    ['an unknown type', { type: 99, dims: [1] }, '[UNSUPPORTED_CONSTRUCT]'],
    [
      'an external path that climbs out',
      { dims: [1], data: external({ location: '../w' }) },
      '[UNSAFE_PATH]',
    ],
    [
      'an absolute external path',
      { dims: [1], data: external({ location: '/etc/passwd' }) },
      '[UNSAFE_PATH]',
    ],
    [
      'an external file that is not there',
      { dims: [1], data: external({ location: 'w' }) },
      '[MISSING_DATA] net.onnx keeps weights in w, which does not exist beside it',
    ],
    ['no external location', { dims: [1], data: external({ offset: '0' }) }, '[CORRUPT_FILE]'],
    ['a negative offset', { dims: [1], data: external({ location: 'w', offset: '-4' }) }, '[CORRUPT_FILE]'],
  ]
  it.each(broken)('refuses %s', (_, spec, message) => {
    expect(() => readOne(spec)).toThrow(message)
  })

  it('refuses external data past the end of its file', () => {
    const data = external({ location: 'w.bin', offset: '8' })
    expect(() => readOne({ dims: [1], data }, new Map([['w.bin', new Uint8Array(8)]]))).toThrow(
      '[TRUNCATED_FILE]',
    )
  })
})

describe('reading the graph of an ONNX file', () => {
  it('makes symbols of named dims and of unnamed ones, and a fact of each', () => {
    const model = read({
      inputs: [
        { name: 'x', dims: ['batch size', undefined, -1, '2*N', 7] },
        { name: 'y', dims: ['batch size'] },
      ],
      outputs: [y],
    })
    const [first, second] = model.graph.inputs
    expect(first?.dims.map(dimName)).toEqual(['batch_size', 'x_1', 'x_2', 'dim_2_N', '7'])
    expect(second?.dims[0]).toBe(first?.dims[0])
    expect([...model.facts.keys()]).toEqual(['batch_size', 'x_1', 'x_2', 'dim_2_N'])
  })

  it('never makes one symbol of two names', () => {
    const model = read({ inputs: [{ name: 'x', dims: ['a b', 'a_b', 'a-b'] }], outputs: [{ name: 'x' }] })
    expect(model.graph.inputs[0]?.dims.map(dimName)).toEqual(['a_b', 'a_b_1', 'a_b_2'])
  })

  it('makes initializers of Constant nodes and of inputs with defaults', () => {
    const model = read({
      inputs: [x, { name: 'w', dims: [3] }],
      initializers: [{ name: 'w', dims: [3] }],
      nodes: [
        { op: 'Constant', outputs: ['c'], attributes: { value_ints: ints(4, 5) } },
        { op: 'Constant', outputs: ['t'], attributes: { value: tensor({ name: '', dims: [1] }) } },
        { op: 'Sum', inputs: ['x', 'w', 'c', 't'], outputs: ['y'] },
      ],
      outputs: [y],
    })
    expect(model.graph.inputs.map(({ name }) => name)).toEqual(['x'])
    expect([...model.graph.initializers].map(({ name, type }) => [name, type])).toMatchObject([
      ['w', { dtype: 'float32', dims: [3] }],
      ['c', { dtype: 'int64', dims: [2] }],
      ['t', { dtype: 'float32', dims: [1] }],
    ])
    expect(ops(model)).toEqual(['Sum y'])
  })

  it('keeps inputs and outputs that are left out in their places', () => {
    const model = read({
      inputs: [x],
      nodes: [{ op: 'LSTM', inputs: ['x', 'x', 'x', '', 'x'], outputs: ['', 'y'] }],
      outputs: [y],
    })
    const [node] = model.graph.nodes()
    expect(node?.inputs.map((input) => input?.name)).toEqual(['x', 'x', 'x', undefined, 'x'])
    expect(node?.outputs.map(({ name }) => name)).toEqual(['', 'y'])
  })

  it('lets subgraphs see outer values, and sorts nodes by what their subgraphs read', () => {
    const branch = graph({
      nodes: [{ op: 'Neg', inputs: ['later'], outputs: ['b'] }],
      outputs: [{ name: 'b' }],
    })
    const model = read({
      inputs: [x, { name: 'c', type: 9, dims: [] }],
      nodes: [
        { op: 'If', inputs: ['c'], outputs: ['y'], attributes: { then_branch: branch, else_branch: branch } },
        { op: 'Relu', inputs: ['x'], outputs: ['later'] },
      ],
      outputs: [y],
    })
    expect(ops(model)).toEqual(['Relu later', 'If y'])
    const [later, choice] = model.graph.nodes()
    expect(choice?.subgraphs.map((one) => [...one.nodes()][0]?.input(0))).toEqual([
      later?.output,
      later?.output,
    ])
  })

  it('sorts a long chain that is written backwards', () => {
    const nodes = Array.from({ length: 20_000 }, (_, i) => ({
      op: 'Relu',
      inputs: [i === 0 ? 'x' : `v${i}`],
      outputs: [`v${i + 1}`],
    })).reverse()
    const model = read({ inputs: [x], nodes, outputs: [{ name: 'v20000' }] })
    expect([...model.graph.nodes()][0]?.input(0).name).toBe('x')
    expect(model.graph.nodeCount).toBe(20_000)
  })

  const invalid: [string, FileSpec, string][] = [
    [
      'a name that nothing defines',
      { inputs: [{ name: 'image' }], nodes: [{ ...relu, name: 'r', inputs: ['imag'] }], outputs: [y] },
      '[INVALID_GRAPH] Relu r reads imag, which nothing defines (net.onnx). The nearest name is image.',
    ],
    [
      'an output that nothing defines',
      { inputs: [x], outputs: [y] },
      '[INVALID_GRAPH] Output of graph g reads y, which nothing defines',
    ],
    [
      'a name defined twice',
      { inputs: [x], nodes: [relu, { ...relu, op: 'Neg' }], outputs: [y] },
      '[INVALID_GRAPH] The name y is defined twice in one graph (net.onnx, node Neg y)',
    ],
    [
      'a cycle',
      {
        inputs: [x],
        nodes: [
          { op: 'Add', inputs: ['x', 'b'], outputs: ['a'] },
          { op: 'Neg', inputs: ['a'], outputs: ['b'] },
        ],
        outputs: [{ name: 'b' }],
      },
      '[INVALID_GRAPH] The graph has a cycle: Add a, Neg b wait for each other',
    ],
    [
      'an attribute beyond a safe integer',
      {
        inputs: [x],
        nodes: [{ ...relu, attributes: { k: (m: Parameters<Fill>[0]) => m.int(3, 2 ** 60).int(20, 2) } }],
        outputs: [y],
      },
      '[UNSUPPORTED_CONSTRUCT] Attribute k holds 1152921504606846976',
    ],
  ]
  it.each(invalid)('refuses %s', (_, spec, message) => {
    expect(() => read(spec)).toThrow(message)
  })

  it('takes the largest int64 among the ends of an old Slice for the end', () => {
    const end: Fill = (m) => m.ints(F.ATTRIBUTE.ints, [2 ** 63 - 1024]).int(F.ATTRIBUTE.type, 7)
    const model = read({
      inputs: [x],
      nodes: [{ op: 'Slice', inputs: ['x'], outputs: ['y'], attributes: { starts: ints(1), ends: end } }],
      outputs: [y],
    })
    const [node] = model.graph.nodes()
    expect(node?.attribute('ends', 'ints')).toEqual([Number.MAX_SAFE_INTEGER])
  })
})

describe('inlining model-local functions', () => {
  const scale = {
    name: 'Scale',
    inputs: ['a', 'b'],
    outputs: ['r'],
    attributes: ['power'],
    defaults: { slope: float(0.5) },
    nodes: [
      {
        op: 'LeakyRelu',
        name: 'l',
        inputs: ['a'],
        outputs: ['t'],
        attributes: { alpha: reference('slope', 'float') },
      },
      { op: 'Sum', inputs: ['t', 'b'], outputs: ['r'], attributes: { p: reference('power', 'int') } },
    ],
  }
  const call = { op: 'Scale', domain: 'test', name: 'c', inputs: ['x'], outputs: ['y'] }

  it('substitutes attributes, defaults and inputs left out', () => {
    const model = read({
      inputs: [x],
      nodes: [{ ...call, attributes: { power: int(3) } }],
      outputs: [y],
      functions: [scale],
    })
    const [leaky, sum] = model.graph.nodes()
    expect(ops(model)).toEqual(['LeakyRelu c/l', 'Sum c'])
    expect(leaky?.attribute('alpha', 'float')).toBe(0.5)
    expect(sum?.attribute('p', 'int')).toBe(3)
    expect(sum?.inputs).toEqual([leaky?.output, undefined])
    expect(model.graph.outputs[0]?.value).toBe(sum?.output)
  })

  it('drops an attribute that the call leaves out and that has no default', () => {
    const model = read({ inputs: [x], nodes: [call], outputs: [y], functions: [scale] })
    expect([...model.graph.nodes()].map((node) => [...node.attributes.keys()])).toEqual([['alpha'], []])
  })

  it('passes attributes through nested calls', () => {
    const outer = {
      name: 'Outer',
      inputs: ['a'],
      outputs: ['r'],
      attributes: ['alpha'],
      nodes: [
        {
          op: 'Scale',
          domain: 'test',
          inputs: ['a', 'a'],
          outputs: ['r'],
          attributes: { slope: reference('alpha', 'float') },
        },
      ],
    }
    const nodes = [
      { op: 'Outer', domain: 'test', inputs: ['x'], outputs: ['y'], attributes: { alpha: float(0.25) } },
    ]
    const model = read({ inputs: [x], nodes, outputs: [y], functions: [outer, scale] })
    expect([...model.graph.nodes()][0]?.attribute('alpha', 'float')).toBe(0.25)
  })

  it('reads a graph attribute in the scope of the call', () => {
    const body = {
      name: 'Choose',
      inputs: ['c'],
      outputs: ['r'],
      attributes: ['then'],
      nodes: [
        {
          op: 'If',
          inputs: ['c'],
          outputs: ['r'],
          attributes: { then_branch: reference('then', 'graph'), else_branch: reference('then', 'graph') },
        },
      ],
    }
    const then = graph({ nodes: [{ op: 'Neg', inputs: ['x'], outputs: ['n'] }], outputs: [{ name: 'n' }] })
    const model = read({
      inputs: [x, { name: 'c', type: 9, dims: [] }],
      nodes: [{ op: 'Choose', domain: 'test', inputs: ['c'], outputs: ['y'], attributes: { then } }],
      outputs: [y],
      functions: [body],
    })
    const [choice] = model.graph.nodes()
    expect([...(choice?.subgraphs[0]?.nodes() ?? [])][0]?.input(0)).toBe(model.graph.inputs[0])
  })

  it('refuses a function that calls itself', () => {
    const self = {
      name: 'F',
      inputs: ['a'],
      outputs: ['r'],
      nodes: [{ op: 'F', domain: 'test', inputs: ['a'], outputs: ['r'] }],
    }
    const nodes = [{ op: 'F', domain: 'test', inputs: ['x'], outputs: ['y'] }]
    expect(() => read({ inputs: [x], nodes, outputs: [y], functions: [self] })).toThrow(
      'Function F calls itself',
    )
  })

  it('refuses functions that multiply beyond measure', () => {
    const fan = (level: number) => ({
      name: `F${level}`,
      inputs: ['a'],
      outputs: ['r0'],
      nodes: Array.from({ length: 10 }, (_, i) => ({
        op: level === 0 ? 'Relu' : `F${level - 1}`,
        domain: level === 0 ? '' : 'test',
        inputs: ['a'],
        outputs: [`r${i}`],
      })),
    })
    const nodes = [{ op: 'F9', domain: 'test', inputs: ['x'], outputs: ['y'] }]
    const functions = Array.from({ length: 10 }, (_, level) => fan(level))
    expect(() => read({ inputs: [x], nodes, outputs: [y], functions })).toThrow('[LIMIT_EXCEEDED]')
  })

  it('adapts a function by the opset that it is written for', () => {
    const squeeze = {
      name: 'Scale',
      inputs: ['a', 'b'],
      outputs: ['r'],
      nodes: [
        { op: 'ReduceSum', inputs: ['a'], outputs: ['r'], attributes: { axes: ints(0), keepdims: int(0) } },
      ],
    }
    const model = read({ inputs: [x], nodes: [call], outputs: [y], functions: [squeeze], functionOpset: 12 })
    adaptModel(model)
    const [sum] = model.graph.nodes()
    expect(sum?.input(1).tensor?.dims).toEqual([1])
    expect(sum?.attributes.has('axes')).toBe(false)
  })
})

describe('reading hostile files', () => {
  const branch = graph({ nodes: [{ op: 'Neg', inputs: ['x'], outputs: ['b'] }], outputs: [{ name: 'b' }] })
  const bytes = onnxBytes({
    inputs: [x],
    initializers: [{ name: 'w', dims: [3] }],
    nodes: [
      {
        op: 'Constant',
        outputs: ['c'],
        attributes: { value: tensor({ name: '', type: 9, data: raw(new Uint8Array(1)) }) },
      },
      { op: 'If', inputs: ['c'], outputs: ['i'], attributes: { then_branch: branch, else_branch: branch } },
      { op: 'Call', domain: 'test', inputs: ['i', 'w'], outputs: ['y'], attributes: { k: ints(1, 2) } },
    ],
    outputs: [y],
    functions: [
      {
        name: 'Call',
        inputs: ['a', 'b'],
        outputs: ['r'],
        nodes: [{ op: 'Mul', inputs: ['a', 'b'], outputs: ['r'] }],
      },
    ],
  })

  /** Reads, forces every tensor, and says what happened. */
  function outcome(damaged: Uint8Array): string {
    try {
      const model = readModel(new MemorySource(damaged, 'net.onnx'))
      for (const { tensor: one } of model.graph.initializers) if (one?.dtype !== 'string') one?.bytes()
      return 'read'
    } catch (error) {
      return error instanceof ModelError ? error.code : `threw ${String(error)}`
    }
  }

  const CLEAN =
    /^(read|EMPTY_FILE|TRUNCATED_FILE|CORRUPT_FILE|INVALID_GRAPH|UNSUPPORTED_\w+|LIMIT_EXCEEDED|UNSAFE_PATH|MISSING_DATA)$/

  it('says of a file cut at any byte that it is damaged', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(outcome(bytes.subarray(0, length)), `cut at ${length}`).toMatch(
        /^(EMPTY_FILE|TRUNCATED_FILE|CORRUPT_FILE|INVALID_GRAPH|read)$/,
      )
    }
    expect(outcome(bytes)).toBe('read')
  })

  it('never fails on changed bytes in another way than a ModelError', () => {
    const change = fc.record({ at: fc.nat(bytes.length - 1), to: fc.nat(255) })
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const damaged = bytes.slice()
        for (const { at, to } of changes) damaged[at] = to
        expect(outcome(damaged)).toMatch(CLEAN)
      }),
      { numRuns: 3000 },
    )
  })

  it('never fails on arbitrary bytes in another way than a ModelError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (noise) => {
        expect(outcome(noise)).toMatch(CLEAN)
      }),
      { numRuns: 3000 },
    )
  })

  it('refuses messages nested without end', () => {
    let spec: FileSpec = { outputs: [y] }
    for (let i = 0; i < 60; i++)
      spec = { nodes: [{ op: 'If', attributes: { g: graph(spec) } }], outputs: [y] }
    expect(() => read(spec)).toThrow('[LIMIT_EXCEEDED]')
  })
})
