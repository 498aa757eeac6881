import { describe, expect, it } from 'vitest'
import {
  adaptModel,
  DTYPES,
  type Model,
  print,
  readModel,
  schemaOf,
  tensorData,
  verify,
  widenToFloat32,
} from '../../../src/graph/index.ts'
import { ADAPTERS } from '../../../src/graph/onnx/adapt/index.ts'
import { NEWER } from '../../../src/graph/onnx/adapt/newer/index.ts'
import * as F from '../../../src/graph/onnx/proto/fields.ts'
import { type FileSpec, type Fill, float, graph, int, ints, type NodeSpec, onnxFile } from './onnx-file.ts'

const text =
  (value: string): Fill =>
  (message) =>
    message.text(F.ATTRIBUTE.s, value).int(F.ATTRIBUTE.type, F.ATTRIBUTE_TYPE.string)

function adapted(spec: FileSpec): Model {
  const model = readModel(onnxFile(spec))
  adaptModel(model)
  return model
}

/** One node of an old opset over x: float32[N, 4, 6]. */
const one = (
  opset: number,
  node: Omit<NodeSpec, 'outputs'>,
  dims: readonly (number | string)[] = ['N', 4, 6],
): FileSpec => ({
  opset,
  inputs: [{ name: 'x', dims }],
  nodes: [{ inputs: ['x'], outputs: ['y'], name: 'n', ...node }],
  outputs: [{ name: 'y' }],
})

/** Lines between the braces of a printed graph. */
const body = (spec: FileSpec): string[] => {
  const model = adapted(spec)
  verify(model, { inference: true })
  return print(model)
    .split('\n')
    .slice(1, -1)
    .map((line) => line.trim())
}

describe('adapting to the canonical opset', () => {
  it('turns attributes that became inputs into constants', () => {
    expect(body(one(9, { op: 'ReduceSum', attributes: { axes: ints(1), keepdims: int(0) } }))).toEqual([
      '%constant = const int64[1] [1]',
      '%y: float32[N, 6] = ReduceSum(%x, %constant) {keepdims=0}',
      'return y=%y',
    ])
  })

  it.each([
    ['Clip', 7, 'float16', { min: float(-1.5), max: float(6) }, [-1.5, 6]],
    ['Clip', 10, 'float16', { min: float(-1.5), max: float(6) }, [-1.5, 6]],
    ['Clip', 7, 'bfloat16', { min: float(-1.5), max: float(6) }, [-1.5, 6]],
    ['Clip', 10, 'bfloat16', { min: float(-1.5), max: float(6) }, [-1.5, 6]],
    ['Pad', 10, 'float16', { pads: ints(0, 1, 0, 1), value: float(0.25) }, [0.25]],
    ['Pad', 10, 'bfloat16', { pads: ints(0, 1, 0, 1), value: float(0.25) }, [0.25]],
  ] as const)('gives %s of opset %i numbers of %s', (op, opset, dtype, attributes, numbers) => {
    const type = DTYPES[dtype].onnx
    const model = adapted({ ...one(opset, { op, attributes }), inputs: [{ name: 'x', type, dims: [2, 3] }] })
    const constants = [...model.graph.initializers].flatMap(({ tensor }) => tensor ?? [])
    const bits = constants.filter((tensor) => tensor.dtype === dtype).map((tensor) => tensorData(tensor))
    const decoded = bits.map((data) => data instanceof Uint16Array && widenToFloat32(dtype, data)[0])
    expect(decoded).toEqual(numbers)
  })

  it('keeps a Softmax whose axes coincide, and names its axis', () => {
    expect(body(one(11, { op: 'Softmax', attributes: { axis: int(2) } }))).toEqual([
      '%y: float32[N, 4, 6] = Softmax(%x) {axis=2}',
      'return y=%y',
    ])
  })

  it('sees the data as a matrix where an old Softmax did', () => {
    expect(body(one(11, { op: 'Softmax' }))).toEqual([
      '%flatten: float32[N, 24] = Flatten(%x) {axis=1}',
      '%softmax: float32[N, 24] = Softmax(%flatten) {axis=1}',
      '%shape: int64[3] (N, 4, 6) = Shape(%x)',
      '%y: float32[N, 4, 6] = Reshape(%softmax, %shape)',
      'return y=%y',
    ])
  })

  it('makes Resize of Upsample', () => {
    const attributes = {
      scales: ((m) => m.floats(F.ATTRIBUTE.floats, [1, 1, 2]).int(F.ATTRIBUTE.type, 6)) as Fill,
    }
    expect(body(one(7, { op: 'Upsample', attributes }))).toEqual([
      '%constant = const float32[3] [1, 1, 2]',
      '%y: float32[N, 4, 12] = Resize(%x, _, %constant) {coordinate_transformation_mode="asymmetric", mode="nearest", nearest_mode="floor"}',
      'return y=%y',
    ])
  })

  it('repeats the scale of a group for its channels, also when their number is only known at run time', () => {
    const spec = {
      ...one(18, { op: 'GroupNormalization', inputs: ['x', 's', 's'], attributes: { num_groups: int(2) } }, [
        'N',
        'C',
        6,
      ]),
      initializers: [{ name: 's', dims: [2] }],
    }
    expect(body(spec).at(-2)).toMatch(
      /^%y: float32\[N, C, 6\] = GroupNormalization\(%x, %reshape, %reshape.1\)/,
    )
  })

  it('adapts inside of subgraphs, where constants come from the main graph', () => {
    const branch = graph({
      nodes: [{ op: 'Squeeze', inputs: ['x'], outputs: ['b'], attributes: { axes: ints(0) } }],
      outputs: [{ name: 'b' }],
    })
    const spec: FileSpec = {
      opset: 11,
      inputs: [
        { name: 'c', type: 9, dims: [] },
        { name: 'x', dims: [1, 4] },
      ],
      nodes: [
        { op: 'If', inputs: ['c'], outputs: ['y'], attributes: { then_branch: branch, else_branch: branch } },
      ],
      outputs: [{ name: 'y' }],
    }
    expect(body(spec)).toEqual([
      '%constant = const int64[1] [0]',
      '%y: float32[4] = If(%c)',
      'else_branch() {',
      '%b: float32[4] = Squeeze(%x, %constant)',
      'return b=%b',
      '}',
      'then_branch() {',
      '%b.1: float32[4] = Squeeze(%x, %constant)',
      'return b=%b.1',
      '}',
      'return y=%y',
    ])
  })

  it('reads newer opsets where the operator means the same, and drops attributes that say so', () => {
    const cast = { op: 'Cast', attributes: { to: int(1), round_mode: text('up') } }
    expect(body(one(24, cast))).toEqual(['%y: float32[N, 4, 6] = Cast(%x) {to=1}', 'return y=%y'])
  })

  it('keeps undeclared operators of domains that onnxruntime has, with the types the file declares', () => {
    const spec = {
      ...one(17, { op: 'Scaler', domain: 'ai.onnx.ml' }),
      outputs: [{ name: 'y', dims: ['N', 'K'] }],
    }
    expect(body(spec)).toEqual(['%y: float32[N, K] = ai.onnx.ml.Scaler(%x)', 'return y=%y'])
  })

  it('aligns an operand that broadcast from an axis on', () => {
    const spec = {
      ...one(6, { op: 'Add', inputs: ['x', 'b'], attributes: { broadcast: int(1), axis: int(1) } }),
      initializers: [{ name: 'b', dims: [4] }],
    }
    expect(body(spec)).toContain('%y: float32[N, 4, 6] = Add(%x, %unsqueeze)')
  })

  it.each([
    ['drops what may be overwritten', { op: 'Relu', attributes: { consumed_inputs: ints(0) } }, 'Relu(%x)'],
    ['reads a dtype by its name', { op: 'Cast', attributes: { to: text('INT64') } }, 'Cast(%x) {to=7}'],
    ['says the axis that was standard', { op: 'Concat' }, 'Concat(%x) {axis=1}'],
    ['says constants of fewer digits', { op: 'Selu' }, 'Selu(%x) {alpha=1.6732, gamma=1.0507}'],
    [
      'makes a shape an input',
      { op: 'Reshape', attributes: { shape: ints(-1, 24) } },
      'Reshape(%x, %constant)',
    ],
  ])('%s in files of opset 1', (_, node, call) => {
    const [result] = body(one(1, node)).filter((line) => line.startsWith('%y'))
    expect(result?.replace(/^.* = /, '')).toBe(call)
  })

  it('pads at the end where a last window would start in the padding', () => {
    const pool = { kernel_shape: ints(1, 1), strides: ints(2, 2), ceil_mode: int(1) }
    const lines = body(one(22, { op: 'MaxPool', attributes: pool }, [1, 1, 2, 2]))
    expect(lines).toContain(
      '%y: float32[1, 1, 1, 1] = MaxPool(%x) {ceil_mode=0, kernel_shape=[1, 1], pads=[0, 0, 0, 0], strides=[2, 2]}',
    )
  })

  it('says newer operators in older ones, in the body of a loop too', () => {
    const step = graph({
      inputs: [{ name: 'i' }, { name: 'c' }, { name: 's' }],
      nodes: [
        { op: 'Identity', inputs: ['c'], outputs: ['d'] },
        { op: 'RMSNormalization', inputs: ['s', 'w'], outputs: ['t'] },
      ],
      outputs: [{ name: 'd' }, { name: 't' }],
    })
    const spec: FileSpec = {
      ...one(24, { op: 'Loop', inputs: ['n', '', 'x'], attributes: { body: step } }),
      initializers: [
        { name: 'w', dims: [6] },
        { name: 'n', type: 7, dims: [], data: (m) => m.ints(F.TENSOR.int64Data, [2]) },
      ],
    }
    const model = adapted(spec)
    const [loop] = model.graph.nodes()
    const ops = [...(loop?.subgraphs[0]?.nodes() ?? [])].map(({ op }) => op)
    expect(ops).toEqual(['Identity', 'Mul', 'ReduceMean', 'Add', 'Sqrt', 'Div', 'Mul'])
    expect(loop?.output.dims).toEqual(model.graph.inputs[0]?.dims)
  })

  const refused: [string, FileSpec, string][] = [
    [
      'an operator of experiments before opset 7',
      one(6, { op: 'ScaledTanh' }),
      '[UNSUPPORTED_OPERATOR] Operators with no conversion from opset 6: ScaledTanh',
    ],
    [
      'a name that ONNX has never had',
      one(17, { op: 'LeakyRellu' }),
      'LeakyRellu (net.onnx, node LeakyRellu n). LeakyRellu may be a misspelt LeakyRelu. Export the model at opset 21, or replace what that opset does not have.',
    ],
    ['opsets nobody knows yet', one(99, { op: 'Relu' }), '[UNSUPPORTED_OPSET] The model is of ONNX opset 99'],
    [
      'operators that nothing says in the canonical opset, and unknown domains, all at once',
      {
        opset: 24,
        inputs: [{ name: 'x', dims: [2] }],
        nodes: [
          { op: 'ImageDecoder', name: 's', inputs: ['x'], outputs: ['a'] },
          { op: 'ImageDecoder', inputs: ['a'], outputs: ['b'] },
          { op: 'Fused', domain: 'acme', inputs: ['b', 'x'], outputs: ['y'] },
        ],
        outputs: [{ name: 'y' }],
      },
      '[UNSUPPORTED_OPERATOR] Operators with no conversion from opset 24: ImageDecoder (2 times), acme:Fused (net.onnx, node ImageDecoder s). What domain acme computes is not in the file: replace those operators in the model, or write them into it as functions.',
    ],
    [
      'an attribute that changes the meaning',
      one(24, { op: 'Cast', attributes: { to: int(1), round_mode: text('down') } }),
      '[UNSUPPORTED_OPSET] Cast n has attribute round_mode, which Cast does not have at opset 21',
    ],
    [
      'lengths of sequences in an old Scan',
      one(8, { op: 'Scan', attributes: { body: graph({ outputs: [] }), num_scan_inputs: int(1) } }),
      'Scan n of opset 8 cannot be brought to opset 21: its sequences have lengths of their own',
    ],
    [
      'statistics of every element',
      {
        ...one(7, {
          op: 'BatchNormalization',
          inputs: ['x', 's', 's', 's', 's'],
          attributes: { spatial: int(0) },
        }),
        initializers: [{ name: 's', dims: [4] }],
      },
      'BatchNormalization n of opset 7 cannot be brought to opset 21: spatial is 0',
    ],
    [
      'a Resize that grows and shrinks',
      {
        ...one(10, { op: 'Resize', inputs: ['x', 's'] }),
        initializers: [{ name: 's', dims: [3], data: (m) => m.floats(F.TENSOR.floatData, [1, 2, 0.5]) }],
      },
      'Resize n of opset 10 cannot be brought to opset 21: it enlarges one axis and shrinks another',
    ],
    [
      'strings that are padded with a number',
      {
        ...one(10, { op: 'Pad', attributes: { pads: ints(0, 1, 0, 1), value: float(0.25) } }),
        inputs: [{ name: 'x', type: 8, dims: [2, 3] }],
      },
      'Pad n of opset 10 cannot be brought to opset 21: no string is 0.25',
    ],
    [
      'integers that are padded with a fraction',
      {
        ...one(10, { op: 'Pad', attributes: { pads: ints(0, 1, 0, 1), value: float(0.25) } }),
        inputs: [{ name: 'x', type: 7, dims: [2, 3] }],
      },
      'Pad n of opset 10 cannot be brought to opset 21: no int64 is 0.25',
    ],
    [
      'a node that does not fit its operator',
      one(13, { op: 'Transpose', attributes: { perm: ints(0, 1) } }),
      '[INVALID_NODE] Transpose cannot take these inputs',
    ],
    [
      'a mask of the data type',
      {
        ...one(9, { op: 'Dropout', attributes: { ratio: float(0.5) } }),
        nodes: [{ op: 'Dropout', name: 'd', inputs: ['x'], outputs: ['z', 'y'] }],
      },
      'Dropout d of opset 9 cannot be brought to opset 21: its mask is used',
    ],
  ]
  it.each(refused)('refuses %s', (_, spec, message) => {
    expect(() => adapted(spec)).toThrow(message)
  })

  it('has one adapter an operator, each for an operator that exists or existed', () => {
    const ops = ADAPTERS.map(({ op }) => op)
    expect(new Set(ops).size).toBe(ops.length)
    const unknown = new Set([...NEWER.map(({ op }) => op), 'Scatter', 'SequenceMap', 'Upsample'])
    expect(new Set(ops.filter((op) => !schemaOf(op)))).toEqual(unknown)
  })
})
