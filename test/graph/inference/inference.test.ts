import { describe, expect, it } from 'vitest'
import {
  type Builder,
  createBuilder,
  type DType,
  dimName,
  knownIntegers,
  Model,
  tensorOf,
  tensorType,
  typeText,
  type Value,
} from '../../../src/graph/index.ts'

type Dims = readonly (number | string)[]
type Build = (b: Builder, ...inputs: readonly Value[]) => Value | readonly Value[]

/** Inputs as `float32[N, 3]`; names are dims of at least 1. */
function infer(inputs: readonly string[], build: Build): string[] {
  const model = new Model()
  const values = inputs.map((text, index) => {
    const [, dtype = '', list = ''] = /^(\w+)\[(.*)\]$/.exec(text) ?? []
    const dims: Dims =
      list === ''
        ? []
        : list.split(',').map((dim) => (/\d/.test(dim.trim()[0] ?? '') ? Number(dim) : dim.trim()))
    return model.graph.addInput(
      `x${index}`,
      tensorType(
        dtype as DType,
        dims.map((dim) => (typeof dim === 'string' ? model.dynamicDim(dim) : dim)),
      ),
    )
  })
  const built = build(createBuilder(model), ...values)
  return (Array.isArray(built) ? built : [built]).map((value: Value) => typeText(value.type))
}

const weights = (b: Builder, ...dims: number[]): Value =>
  b.constant(tensorOf('float32', dims, new Float32Array(dims.reduce((a, c) => a * c, 1))))
const at = (values: readonly Value[], index: number): Value => {
  const value = values[index]
  if (!value) throw new Error(`input ${index} is missing`)
  return value
}
const on =
  (run: (b: Builder, x: Value, ...rest: Value[]) => Value | readonly Value[]): Build =>
  (b, ...inputs) =>
    run(b, at(inputs, 0), ...inputs.slice(1))

/** [what, inputs, call, types of the results] */
const families: Readonly<
  Record<string, readonly (readonly [string, readonly string[], Build, readonly string[]])[]>
> = {
  convolution: [
    [
      'strides',
      ['float32[N, 3, H, 224]'],
      on((b, x) => b.conv(x, weights(b, 8, 3, 3, 3), { pads: [1, 1, 1, 1], strides: [2, 2] })),
      ['float32[N, 8, floor((H + 1)/2), 112]'],
    ],
    [
      'SAME',
      ['float32[N, 3, H, 7]'],
      on((b, x) => b.conv(x, weights(b, 8, 3, 3, 3), { auto_pad: 'SAME_UPPER', strides: [2, 2] })),
      ['float32[N, 8, floor((H + 1)/2), 4]'],
    ],
    [
      'dilation and groups',
      ['float32[1, 4, L]'],
      on((b, x) => b.conv(x, weights(b, 8, 2, 3), { group: 2, dilations: [2] })),
      ['float32[1, 8, L - 4]'],
    ],
    [
      'transposed',
      ['float32[N, 4, H]'],
      on((b, x) => b.convTranspose(x, weights(b, 4, 3, 4), { strides: [2], pads: [1, 1], group: 2 })),
      ['float32[N, 6, 2*H]'],
    ],
    [
      'transposed to a given size',
      ['float32[N, 4, 5]'],
      on((b, x) => b.convTranspose(x, weights(b, 4, 3, 4), { output_shape: [11], strides: [2] })),
      ['float32[N, 3, 11]'],
    ],
    [
      'columns to an image',
      ['float32[N, 12, 4]'],
      on((b, x) => b.col2Im(x, b.int64s([3, 3]), b.int64s([2, 2]))),
      ['float32[N, 3, 3, 3]'],
    ],
  ],
  pooling: [
    [
      'floor',
      ['float32[N, 3, H, 7]'],
      on((b, x) => b.maxPool(x, { kernel_shape: [2, 2], strides: [2, 2] })),
      ['float32[N, 3, floor(H/2), 3]'],
    ],
    [
      'ceil, a window that starts inside',
      ['float32[1, 1, 7]'],
      on((b, x) => b.maxPool(x, { kernel_shape: [3], strides: [2], ceil_mode: 1 })),
      ['float32[1, 1, 3]'],
    ],
    [
      'ceil, a window that would start in the padding',
      ['float32[1, 1, 8]'],
      on((b, x) => b.averagePool(x, { kernel_shape: [3], strides: [3], pads: [1, 1], ceil_mode: 1 })),
      ['float32[1, 1, 3]'],
    ],
    [
      'indices when asked for',
      ['float32[N, 3, 8, 8]'],
      on((b, x) => b.maxPool(x, { kernel_shape: [2, 2], strides: [2, 2], optionalOutputs: true })),
      ['float32[N, 3, 4, 4]', 'int64[N, 3, 4, 4]'],
    ],
    ['global', ['float32[N, C, H, W]'], on((b, x) => b.globalAveragePool(x)), ['float32[N, C, 1, 1]']],
    [
      'regions',
      ['float32[1, 8, H, W]', 'float32[R, 4]', 'int64[R]'],
      (b, ...v) => b.roiAlign(at(v, 0), at(v, 1), at(v, 2), { output_height: 7, output_width: 5 }),
      ['float32[R, 8, 7, 5]'],
    ],
  ],
  matrices: [
    [
      'batches',
      ['float32[N, 1, T, 8]', 'float32[3, 8, K]'],
      (b, ...v) => b.matMul(at(v, 0), at(v, 1)),
      ['float32[N, 3, T, K]'],
    ],
    [
      'a row',
      ['float32[8]', 'float32[N, 8, K]'],
      (b, ...v) => b.matMul(at(v, 0), at(v, 1)),
      ['float32[N, K]'],
    ],
    ['two vectors', ['float32[8]', 'float32[8]'], (b, ...v) => b.matMul(at(v, 0), at(v, 1)), ['float32[]']],
    [
      'gemm',
      ['float32[K, N]', 'float32[5, K]'],
      (b, ...v) => b.gemm(at(v, 0), at(v, 1), { transA: 1, transB: 1 }),
      ['float32[N, 5]'],
    ],
    [
      'einsum',
      ['float32[B, I, 4]', 'float32[B, 4, K]'],
      (b, ...v) => b.einsum(v, { equation: 'bij,bjk->bik' }),
      ['float32[B, I, K]'],
    ],
    [
      'einsum with an ellipsis',
      ['float32[A, B, 4]', 'float32[4, K]'],
      (b, ...v) => b.einsum(v, { equation: '...j,jk' }),
      ['float32[A, B, K]'],
    ],
    [
      'einsum of a trace',
      ['float32[4, 4, N]'],
      on((b, x) => b.einsum([x], { equation: 'iin->n' })),
      ['float32[N]'],
    ],
    [
      'integers',
      ['uint8[N, 8]', 'int8[8, 4]'],
      (b, ...v) => b.matMulInteger(at(v, 0), at(v, 1)),
      ['int32[N, 4]'],
    ],
  ],
  reduction: [
    [
      'named axes',
      ['float32[N, 3, H]'],
      on((b, x) => b.reduceMean(x, { axes: b.int64s([-1]) })),
      ['float32[N, 3, 1]'],
    ],
    [
      'without dims',
      ['float32[N, 3, H]'],
      on((b, x) => b.reduceMax(x, { axes: b.int64s([0, 2]), keepdims: 0 })),
      ['float32[3]'],
    ],
    ['of all', ['float32[N, 3]'], on((b, x) => b.reduceSum(x)), ['float32[1, 1]']],
    [
      'of none',
      ['float32[N, 3]'],
      on((b, x) => b.reduceSum(x, { noop_with_empty_axes: 1 })),
      ['float32[N, 3]'],
    ],
    ['argmax', ['float32[N, 3]'], on((b, x) => b.argMax(x, { axis: 1, keepdims: 0 })), ['int64[N]']],
  ],
  shapes: [
    [
      'reshape, 0 and -1',
      ['float32[N, 8, H, W]'],
      on((b, x) => b.reshape(x, b.int64s([0, 2, -1]))),
      ['float32[N, 2, 4*H*W]'],
    ],
    [
      'reshape of a sum',
      ['float32[N, 8, 4]'],
      on((b, x) => b.reshape(b.pad(x, b.int64s([1, 0, 0, 0, 0, 0])), b.int64s([-1, 32]))),
      ['float32[N + 1, 32]'],
    ],
    [
      'reshape of nothing, allowing 0',
      ['float32[0, 3]'],
      on((b, x) => b.reshape(x, b.int64s([3, 0]), { allowzero: 1 })),
      ['float32[3, 0]'],
    ],
    ['flatten', ['float32[N, 3, H]'], on((b, x) => b.flatten(x, { axis: -1 })), ['float32[3*N, H]']],
    [
      'transpose',
      ['float32[N, 3, H]'],
      on((b, x) => b.transpose(x, { perm: [2, 0, 1] })),
      ['float32[H, N, 3]'],
    ],
    [
      'squeeze and unsqueeze',
      ['float32[N, 1, 3]'],
      on((b, x) => b.unsqueeze(b.squeeze(x, { axes: b.int64s([1]) }), b.int64s([0, -1]))),
      ['float32[1, N, 3, 1]'],
    ],
    ['expand', ['float32[N, 1]'], on((b, x) => b.expand(x, b.int64s([2, 1, 5]))), ['float32[2, N, 5]']],
    ['tile', ['float32[N, 3]'], on((b, x) => b.tile(x, b.int64s([2, 3]))), ['float32[2*N, 9]']],
    [
      'space to depth',
      ['float32[N, 3, 8, W]'],
      on((b, x) => b.spaceToDepth(x, { blocksize: 2 })),
      ['float32[N, 12, 4, floor(W/2)]'],
    ],
    [
      'depth to space',
      ['float32[N, 12, H, 4]'],
      on((b, x) => b.depthToSpace(x, { blocksize: 2 })),
      ['float32[N, 3, 2*H, 8]'],
    ],
  ],
  slicing: [
    [
      'concat',
      ['float32[N, 3]', 'float32[M, 3]'],
      (b, ...v) => b.concat(v, { axis: 0 }),
      ['float32[M + N, 3]'],
    ],
    [
      'slice inside',
      ['float32[N, 8]'],
      on((b, x) => b.slice(x, b.int64s([2]), b.int64s([-1]), { axes: b.int64s([1]) })),
      ['float32[N, 5]'],
    ],
    [
      'slice to the end',
      ['float32[N, 8]'],
      on((b, x) => b.slice(x, b.int64s([1]), b.int64s([2n ** 63n - 1n]), { axes: b.int64s([0]) })),
      ['float32[N - 1, 8]'],
    ],
    [
      'slice that may be cut',
      ['float32[N, 8]'],
      on((b, x) => b.slice(x, b.int64s([0]), b.int64s([5]), { axes: b.int64s([0]) })),
      ['float32[min(N, 5), 8]'],
    ],
    [
      'slice backwards',
      ['float32[N, 8]'],
      on((b, x) =>
        b.slice(x, b.int64s([-1]), b.int64s([-(2n ** 63n)]), { axes: b.int64s([0]), steps: b.int64s([-2]) }),
      ),
      ['float32[floor((N + 1)/2), 8]'],
    ],
    [
      'split by lengths',
      ['float32[N, 8]'],
      on((b, x) => b.split(x, { split: b.int64s([2, 6]), axis: 1 })),
      ['float32[N, 2]', 'float32[N, 6]'],
    ],
    [
      'split evenly',
      ['float32[N, 7]'],
      on((b, x) => b.split(x, { num_outputs: 3, axis: 1 })),
      ['float32[N, 3]', 'float32[N, 3]', 'float32[N, 1]'],
    ],
    [
      'pad some axes',
      ['float32[N, 3, H]'],
      on((b, x) => b.pad(x, b.int64s([1, 2]), { axes: b.int64s([2]) })),
      ['float32[N, 3, H + 3]'],
    ],
  ],
  gathering: [
    [
      'gather',
      ['float32[V, 64]', 'int64[N, L]'],
      (b, ...v) => b.gather(at(v, 0), at(v, 1)),
      ['float32[N, L, 64]'],
    ],
    [
      'gatherND',
      ['float32[N, 4, 5]', 'int64[K, 2]'],
      (b, ...v) => b.gatherND(at(v, 0), at(v, 1)),
      ['float32[K, 5]'],
    ],
    [
      'gatherND of a batch',
      ['float32[N, 4, 5]', 'int64[N, 7, 1]'],
      (b, ...v) => b.gatherND(at(v, 0), at(v, 1), { batch_dims: 1 }),
      ['float32[N, 7, 5]'],
    ],
    [
      'one hot',
      ['int64[N]'],
      on((b, x) => b.oneHot(x, b.scalar('int64', 10), weights(b, 2), { axis: 0 })),
      ['float32[10, N]'],
    ],
    ['topk', ['float32[N, 100]'], on((b, x) => b.topK(x, b.int64s([5]))), ['float32[N, 5]', 'int64[N, 5]']],
    ['nonzero', ['float32[N, 3]'], on((b, x) => b.nonZero(x)), ['int64[2, u0]']],
    [
      'unique',
      ['int64[N]'],
      on((b, x) => b.unique(x, { optionalOutputs: true })),
      ['int64[u0]', 'int64[u0]', 'int64[N]', 'int64[u0]'],
    ],
    [
      'nms',
      ['float32[1, B, 4]', 'float32[1, 80, B]'],
      (b, ...v) => b.nonMaxSuppression(at(v, 0), at(v, 1)),
      ['int64[u0, 3]'],
    ],
    [
      'compress by a constant',
      ['float32[N, 4]'],
      on((b, x) => b.compress(x, b.constant(tensorOf('bool', [4], [1, 0, 1, 0])), { axis: 1 })),
      ['float32[N, 2]'],
    ],
  ],
  conversion: [
    ['cast', ['float32[N]'], on((b, x) => b.cast(x, { to: 7 })), ['int64[N]']],
    [
      'quantise by a zero point',
      ['float32[N]'],
      on((b, x) => b.quantizeLinear(x, b.scalar('float32', 1), { y_zero_point: b.scalar('int8', 0) })),
      ['int8[N]'],
    ],
    [
      'quantise to a dtype',
      ['float32[N]'],
      on((b, x) => b.quantizeLinear(x, b.scalar('float32', 1), { output_dtype: 21 })),
      ['uint4[N]'],
    ],
    ['dequantise', ['uint8[N]'], on((b, x) => b.dequantizeLinear(x, b.scalar('float16', 1))), ['float16[N]']],
    [
      'dynamic',
      ['float32[N]'],
      on((b, x) => b.dynamicQuantizeLinear(x)),
      ['uint8[N]', 'float32[]', 'uint8[]'],
    ],
  ],
  sampling: [
    [
      'by sizes',
      ['float32[N, 3, H, W]'],
      on((b, x) => b.resize(x, { sizes: b.int64s([32, 48]), axes: [2, 3] })),
      ['float32[N, 3, 32, 48]'],
    ],
    [
      'by whole scales',
      ['float32[N, 3, H, W]'],
      on((b, x) => b.resize(x, { scales: b.constant(tensorOf('float32', [4], [1, 1, 2, 0.5])) })),
      ['float32[N, 3, 2*H, floor(W/2)]'],
    ],
    [
      'by scales that only the runtime rounds',
      ['float32[1, 3, H, 10]'],
      on((b, x) => b.resize(x, { scales: b.constant(tensorOf('float32', [4], [1, 1, 1.3, 1.3])) })),
      ['float32[1, 3, u0, 13]'],
    ],
    [
      'grid',
      ['float32[N, 3, H, W]', 'float32[N, 5, 6, 2]'],
      (b, ...v) => b.gridSample(at(v, 0), at(v, 1)),
      ['float32[N, 3, 5, 6]'],
    ],
  ],
  recurrence: [
    [
      'lstm',
      ['float32[T, N, 3]'],
      on((b, x) =>
        b.lstm(x, weights(b, 2, 16, 3), weights(b, 2, 16, 4), { direction: 'bidirectional', hidden_size: 4 }),
      ),
      ['float32[T, 2, N, 4]', 'float32[2, N, 4]', 'float32[2, N, 4]'],
    ],
    [
      'gru, batch first',
      ['float32[N, T, 3]'],
      on((b, x) => b.gru(x, weights(b, 1, 12, 3), weights(b, 1, 12, 4), { layout: 1 })),
      ['float32[N, T, 1, 4]', 'float32[N, 1, 4]'],
    ],
  ],
  signal: [
    [
      'stft',
      ['float32[N, L, 1]'],
      on((b, x) => b.stft(x, b.scalar('int64', 4), { frame_length: b.scalar('int64', 16) })),
      ['float32[N, floor(L/4) - 3, 9, 2]'],
    ],
    ['dft', ['float32[N, 10, 1]'], on((b, x) => b.dft(x, { onesided: 1 })), ['float32[N, 6, 2]']],
  ],
  elementwise: [
    [
      'broadcast',
      ['float32[N, 1, 4]', 'float32[3, 1]'],
      (b, ...v) => b.mul(at(v, 0), at(v, 1)),
      ['float32[N, 3, 4]'],
    ],
    [
      'two symbols',
      ['float32[N]', 'float32[M]'],
      (b, ...v) => b.add(at(v, 0), at(v, 1)),
      ['float32[max(M, N)]'],
    ],
    ['compare', ['int64[N]', 'int64[]'], (b, ...v) => b.less(at(v, 0), at(v, 1)), ['bool[N]']],
    [
      'where',
      ['bool[N, 1]', 'float32[4]', 'float32[]'],
      (b, ...v) => b.where(at(v, 0), at(v, 1), at(v, 2)),
      ['float32[N, 4]'],
    ],
  ],
  sequences: [
    [
      'one element',
      ['float32[N, 3]', 'float32[M, 3]'],
      (b, ...v) => b.sequenceAt(b.sequenceConstruct(v), b.scalar('int64', 0)),
      ['float32[u1, 3]'],
    ],
    [
      'joined',
      ['float32[N, 3]'],
      on((b, x) => b.concatFromSequence(b.splitToSequence(x, { axis: 1 }), { axis: 1 })),
      ['float32[N, u0]'],
    ],
    ['length', ['float32[N, 3]'], on((b, x) => b.sequenceLength(b.sequenceConstruct([x]))), ['int64[]']],
  ],
}

for (const [family, rows] of Object.entries(families))
  describe(`inference of ${family}`, () => {
    it.each(rows.map(([what, inputs, build, wanted]) => ({ what, inputs, build, wanted })))(
      '$what',
      ({ inputs, build, wanted }) => {
        expect(infer(inputs, build)).toEqual(wanted)
      },
    )
  })

describe('a size that has become unwieldy', () => {
  const pooled = (kernel: number, layers: number) =>
    on((b, x) => {
      let value = x
      for (let layer = 0; layer < layers; layer++)
        value = at([b.maxPool(value, { kernel_shape: [kernel], strides: [2] })].flat(), 0)
      return value
    })

  it('is a symbol of its own, when a number in it is no longer exact', () => {
    expect(infer(['float32[N, 3, L]'], pooled(3, 52))).not.toEqual(['float32[N, 3, u0]'])
    expect(infer(['float32[N, 3, L]'], pooled(3, 53))).toEqual(['float32[N, 3, u0]'])
  })

  it('is one where it adds up hundreds of others', () => {
    const names = Array.from({ length: 300 }, (_, index) => `float32[D${index}]`)
    expect(infer(names, (b, ...parts) => b.concat(parts, { axis: 0 }))).toEqual(['float32[u0]'])
    expect(infer(names.slice(0, 3), (b, ...parts) => b.concat(parts, { axis: 0 }))).toEqual([
      'float32[D0 + D1 + D2]',
    ])
  })
})

describe('inference refuses', () => {
  const mistakes: readonly (readonly [string, readonly string[], Build, string])[] = [
    [
      'dtypes that differ',
      ['float32[N]', 'int64[N]'],
      (b, ...v) => b.add(at(v, 0), at(v, 1)),
      'Add cannot take these inputs: dtypes float32 and int64 differ',
    ],
    [
      'matrices that do not fit',
      ['float32[N, 3]', 'float32[4, 5]'],
      (b, ...v) => b.matMul(at(v, 0), at(v, 1)),
      'MatMul cannot take these inputs: A has 3 columns and B has 4 rows',
    ],
    [
      'channels that do not fit',
      ['float32[N, 4, 8]'],
      on((b, x) => b.conv(x, weights(b, 8, 3, 3))),
      'the input has 4 channels and the weights need 3',
    ],
    [
      'a kernel that is larger than its image',
      ['float32[N, 3, 2, 8]'],
      on((b, x) => b.conv(x, weights(b, 8, 3, 3, 3))),
      'a window of 3x3 is larger than 2x8 with its padding',
    ],
    [
      'a pool that is larger than its image',
      ['float32[N, 3, 1, 8]'],
      on((b, x) => b.maxPool(x, { kernel_shape: [2, 2] })),
      'a window of 2x2 is larger than 1x8 with its padding',
    ],
    [
      'elements that do not fit',
      ['float32[2, 3]'],
      on((b, x) => b.reshape(x, b.int64s([4, -1]))),
      '[2,3] does not divide into [4] and -1',
    ],
    [
      'an axis beyond the rank',
      ['float32[N, 3]'],
      on((b, x) => b.concat([x, x], { axis: 2 })),
      'axis 2 is out of range for rank 2',
    ],
    [
      'axes that stand twice',
      ['float32[N, 3]'],
      on((b, x) => b.reduceSum(x, { axes: b.int64s([0, -2]) })),
      'an axis stands twice in [0,-2]',
    ],
    [
      'an index beyond the size',
      ['float32[N, 3]'],
      on((b, x) => b.gather(b.shape(x), b.int64s([2]))),
      'index 2 is outside of 2 elements',
    ],
    [
      'ConstantOfShape of a negative size',
      [],
      (b) => b.constantOfShape(b.int64s([2, -1])),
      '[INVALID_NODE] ConstantOfShape cannot take these inputs: a size is -1',
    ],
    [
      'a kernel of another rank',
      ['float32[1, 3, 8]'],
      on((b, x) => b.maxPool(x, { kernel_shape: [2, 2] })),
      'X has 1 spatial axes and kernel_shape has 2 entries',
    ],
  ]
  it.each<readonly [string, readonly string[], Build, string]>([
    [
      'Reshape to a shape of as many entries',
      ['float32[N]', 'int64[1099511627776]'],
      (b, ...v) => b.reshape(at(v, 0), at(v, 1)),
      'there would be 1099511627776',
    ],
    [
      'Expand to one',
      ['float32[N]', 'int64[1099511627776]'],
      (b, ...v) => b.expand(at(v, 0), at(v, 1)),
      'there would be 1099511627776',
    ],
    [
      'ConstantOfShape of one',
      ['int64[1099511627776]'],
      on((b, x) => b.constantOfShape(x)),
      'there would be 1099511627776',
    ],
    [
      'Split into as many parts',
      ['float32[N]'],
      on((b, x) => b.split(x, { num_outputs: 1099511627776 })),
      'there would be 1099511627776',
    ],
  ])('a size that no list can have: %s', (_, inputs, build, message) => {
    expect(() => infer(inputs, build)).toThrow(message)
  })

  it.each<readonly [string, readonly string[], Build, string]>([
    [
      'the last part of a Split',
      ['float32[5]'],
      on((b, x) => b.split(x, { split: b.int64s([7, -2]) })),
      '[INVALID_NODE] Split cannot take these inputs',
    ],
    [
      'a Resize by a number that is none',
      ['float32[2, 2]'],
      on((b, x) => b.resize(x, { scales: b.constant(tensorOf('float32', [2], [Number.NaN, 1])) })),
      '[INVALID_NODE] Resize cannot take these inputs',
    ],
    [
      'a Pad that takes away more than there is',
      ['float32[3]'],
      on((b, x) => b.pad(x, b.int64s([-2, -2]))),
      'a result would be float32[-1]',
    ],
  ])('a size below zero, or none at all: %s', (_, inputs, build, message) => {
    expect(() => infer(inputs, build)).toThrow(message)
  })

  it.each([
    ['of several elements', tensorOf('float32', [2], [1, 2]), 'the value it fills with has dims [2]'],
    ['of another dtype', tensorOf('int64', [], [1]), 'dtypes float32 and int64 differ'],
  ])('a Pad that fills with a value %s', (_, value, message) => {
    const pad = on((b, x) => b.pad(x, b.int64s([1, 1]), { constant_value: b.constant(value) }))
    expect(() => infer(['float32[3]'], pad)).toThrow(message)
  })

  it.each(mistakes)('%s', (_, inputs, build, message) => {
    expect(() => infer(inputs, build)).toThrow(message)
  })
})

describe('known integers', () => {
  const content = (build: (b: Builder, x: Value) => Value): readonly string[] | undefined => {
    const model = new Model()
    const dims = [model.dynamicDim('N'), 3, model.dynamicDim('H', { min: 32, max: 512 }), 8]
    const x = model.graph.addInput('x', tensorType('float32', dims))
    return knownIntegers(build(createBuilder(model), x))?.map(dimName)
  }
  const axis = (b: Builder, x: Value, index: number) => b.gather(b.shape(x), b.int64s([index]))
  const f32 = (b: Builder, x: Value) => b.cast(x, { to: 1 })
  const i64 = (b: Builder, x: Value) => b.cast(x, { to: 7 })
  const chains: readonly (readonly [
    string,
    (b: Builder, x: Value) => Value,
    readonly string[] | undefined,
  ])[] = [
    ['of a shape', (b, x) => b.shape(x, { start: 1, end: -1 }), ['3', 'H']],
    ['of a size', (b, x) => b.size(x), ['24*H*N']],
    [
      'through Gather, Mul, Concat',
      (b, x) => b.concat([axis(b, x, 0), b.mul(axis(b, x, 1), axis(b, x, 3)), b.int64s([-1])], { axis: 0 }),
      ['N', '24', '-1'],
    ],
    [
      'through division of what is not negative',
      (b, x) => b.div(axis(b, x, 2), b.int64s([32])),
      ['floor(H/32)'],
    ],
    [
      'not through division of what may be negative',
      (b, x) => b.div(b.sub(axis(b, x, 0), axis(b, x, 2)), b.int64s([2])),
      undefined,
    ],
    [
      'through exact division of negatives',
      (b, x) => b.div(b.mul(axis(b, x, 0), b.int64s([-4])), b.int64s([2])),
      ['-2*N'],
    ],
    ['through Mod', (b, x) => b.mod(axis(b, x, 2), b.int64s([7])), ['H - 7*floor(H/7)']],
    [
      'through comparison and Where',
      (b, x) => b.where(b.greater(axis(b, x, 2), b.int64s([31])), axis(b, x, 0), b.int64s([1])),
      ['N'],
    ],
    ['through Equal and Not', (b, x) => b.not(b.equal(axis(b, x, 1), b.int64s([3]))), ['0']],
    ['not through comparison that depends', (b, x) => b.greater(axis(b, x, 2), b.int64s([100])), undefined],
    ['through Min and Max', (b, x) => b.max([b.min([axis(b, x, 2), b.int64s([16])]), b.int64s([1])]), ['16']],
    [
      'through a float quotient that is floored',
      (b, x) => i64(b, b.floor(b.div(f32(b, axis(b, x, 2)), b.scalar('float32', 2)))),
      ['floor(H/2)'],
    ],
    [
      'through a float product that is cast',
      (b, x) => i64(b, b.mul(f32(b, axis(b, x, 2)), b.scalar('float32', 0.5))),
      ['floor(H/2)'],
    ],
    [
      'through a float quotient that is raised',
      (b, x) => i64(b, b.ceil(b.div(f32(b, axis(b, x, 2)), b.scalar('float32', 32)))),
      ['-floor(-H/32)'],
    ],
    [
      'through a float scale',
      (b, x) => i64(b, b.mul(f32(b, axis(b, x, 2)), b.scalar('float32', 2))),
      ['2*H'],
    ],
    ['not through floats of a size without a bound', (b, x) => i64(b, f32(b, axis(b, x, 0))), undefined],
    ['through int32', (b, x) => i64(b, b.cast(axis(b, x, 0), { to: 6 })), ['N']],
    [
      'through Slice and Split',
      (b, x) => at(b.split(b.slice(b.shape(x), b.int64s([1]), b.int64s([4])), { num_outputs: 3 }), 1),
      ['H'],
    ],
    [
      'backwards',
      (b, x) => b.slice(b.shape(x), b.int64s([-1]), b.int64s([-100]), { steps: b.int64s([-1]) }),
      ['8', 'H', '3', 'N'],
    ],
    [
      'through two dims: the pads of an exported Pad',
      (b, x) => {
        const pads = b.concat([b.shape(x, { start: 2 }), b.int64s([0, 1])], { axis: 0 })
        const pairs = b.reshape(pads, b.int64s([-1, 2]))
        const reversed = b.slice(pairs, b.int64s([-1]), b.int64s([-100]), {
          axes: b.int64s([0]),
          steps: b.int64s([-1]),
        })
        return b.reshape(b.transpose(reversed, { perm: [1, 0] }), b.int64s([-1]))
      },
      ['0', 'H', '1', '8'],
    ],
    ['through reductions', (b, x) => b.reduceProd(b.shape(x), { keepdims: 0 }), ['24*H*N']],
    [
      'of Range',
      (b) => b.range(b.scalar('int64', 3), b.scalar('int64', -4), b.scalar('int64', -2)),
      ['3', '1', '-1', '-3'],
    ],
    [
      'of ConstantOfShape, Expand and Tile',
      (b, x) => b.tile(b.expand(axis(b, x, 0), b.int64s([2])), b.int64s([2])),
      ['N', 'N', 'N', 'N'],
    ],
  ]
  it.each(chains)('%s', (_, build, wanted) => {
    expect(content(build)).toEqual(wanted)
  })

  it.each<readonly [string, (b: Builder) => Value]>([
    ['Tile', (b) => b.tile(b.int64s([1, 2]), b.int64s([2 ** 40]))],
    ['Pad', (b) => b.pad(b.int64s([1, 2]), b.int64s([0, 2 ** 40]))],
    ['Expand', (b) => b.expand(b.int64s([]), b.int64s([2 ** 40, 0]))],
    [
      'ConstantOfShape',
      (b) => b.constantOfShape(b.int64s([0, 2 ** 40]), { value: tensorOf('int64', [1], [1]) }),
    ],
    [
      'Transpose of nothing in many columns',
      (b) => b.transpose(b.constant(tensorOf('int64', [0, 2 ** 40], [])), { perm: [1, 0] }),
    ],
  ])('are not listed where there would be too many: %s', (_, build) => {
    expect(build(createBuilder(new Model())).content).toBeUndefined()
  })

  it('make the dims of a reshape, and become constants where they are numbers', () => {
    const model = new Model()
    const x = model.graph.addInput('x', tensorType('float32', [model.dynamicDim('N'), 3, 8, 8]))
    const b = createBuilder(model)
    const channels = b.mul(b.shape(x, { start: 1, end: 2 }), b.int64s([2]))
    const flat = b.reshape(x, b.concat([b.shape(x, { end: 1 }), channels, b.int64s([32])], { axis: 0 }))
    expect(flat.dims.map(dimName)).toEqual(['N', '6', '32'])
    expect([...model.graph.nodes()].map(({ op }) => op)).toEqual(['Shape', 'Concat', 'Reshape'])
  })
})

describe('known integers', () => {
  const short = Array.from({ length: 600 }, (_, index) => index)
  const grow: readonly (readonly [string, (b: Builder, x: Value) => Value])[] = [
    ['Concat', (b, x) => b.concat([x, x], { axis: 0 })],
    ['Tile', (b, x) => b.tile(x, b.int64s([2]))],
    ['Pad', (b, x) => b.pad(x, b.int64s([0, 600]))],
    ['Expand', (b, x) => b.expand(x, b.int64s([2, 600]))],
    ['Gather', (b, x) => b.gather(x, b.constant(tensorOf('int64', [2, 600], [...short, ...short])))],
    ['Add', (b, x) => b.add(x, b.unsqueeze(x, b.int64s([1])))],
  ]

  it.each(grow)('are not carried beyond the limit of short tensors by %s', (_, build) => {
    const model = new Model()
    const b = createBuilder(model)
    expect(knownIntegers(build(b, b.identity(b.int64s(short))))).toBeUndefined()
  })

  const beyond: readonly (readonly [
    string,
    (b: Builder, x: Value, y: Value) => Value,
    number[] | undefined,
  ])[] = [
    ['Equal', (b, x, y) => b.equal(x, y), [0]],
    ['Less', (b, x, y) => b.less(x, y), [1]],
    ['Mod', (b, x) => b.mod(x, b.int64s([7])), [2]],
    ['Where', (b, x, y) => b.where(b.equal(x, y), b.int64s([1]), b.int64s([2])), [2]],
    ['Identity', (b, x) => b.identity(x), undefined],
  ]

  it.each(beyond)(
    'beyond 2^53, which a number rounds, go through %s exactly or not at all',
    (_, build, wanted) => {
      const b = createBuilder(new Model())
      const [x, y] = [2n ** 60n + 1n, 2n ** 60n + 2n].map((n) => b.constant(tensorOf('int64', [1], [n])))
      if (x && y) expect(knownIntegers(build(b, x, y))).toEqual(wanted)
    },
  )

  it('beyond 2^53 are bounds of a slice all the same', () => {
    const b = createBuilder(new Model())
    const [least, most] = [-(2n ** 63n), 2n ** 63n - 1n].map((n) => b.constant(tensorOf('int64', [1], [n])))
    const x = b.int64s([4, 5, 6])
    if (!least || !most) throw new Error('no bounds')
    expect(knownIntegers(b.slice(x, b.int64s([1]), most))).toEqual([5, 6])
    const backwards = b.slice(x, b.int64s([-1]), least, { axes: b.int64s([0]), steps: b.int64s([-1]) })
    expect(knownIntegers(backwards)).toEqual([6, 5, 4])
  })

  const zeros: readonly (readonly [string, (b: Builder, zero: Value) => Value])[] = [
    ['Neg', (b, zero) => b.neg(zero)],
    ['Mul', (b, zero) => b.mul(zero, b.scalar('float32', -2))],
    ['Div', (b, zero) => b.div(zero, b.scalar('float32', -2))],
  ]
  it.each(zeros)('are not carried where %s would give a zero its sign', (_, build) => {
    const b = createBuilder(new Model())
    expect(knownIntegers(build(b, b.identity(b.scalar('float32', 0))))).toBeUndefined()
    expect(knownIntegers(b.identity(b.scalar('float32', -0)))).toBeUndefined()
  })

  it('take neither time nor memory where operators double them again and again', () => {
    const b = createBuilder(new Model())
    let x = b.identity(b.int64s([3]))
    for (let i = 0; i < 34; i++) x = b.concat([x, x], { axis: 0 })
    expect(x.dims).toEqual([2 ** 34])
    expect(knownIntegers(x)).toBeUndefined()
  })
})
