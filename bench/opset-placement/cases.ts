import { type Builder, type DType, tensorOf, type Value } from '../../src/graph/index.ts'
import { branch, type Make } from './models.ts'

const IMAGE = [1, 4, 8, 8]
const ROWS = [2, 6, 8]

type Unary = (b: Builder, x: Value) => Value | readonly Value[]

const of =
  (apply: Unary, dims: readonly number[] = ROWS, dtype?: DType): Make =>
  ({ b, input }) =>
    apply(b, input(dims, dtype))

const pair =
  (apply: (b: Builder, x: Value, y: Value) => Value, dtype?: DType): Make =>
  ({ b, input }) =>
    apply(b, input(ROWS, dtype), input(ROWS, dtype))

const ELEMENTWISE = [
  'abs',
  'acos',
  'acosh',
  'asin',
  'asinh',
  'atan',
  'atanh',
  'ceil',
  'cos',
  'cosh',
  'elu',
  'erf',
  'exp',
  'floor',
  'gelu',
  'hardSigmoid',
  'hardSwish',
  'identity',
  'leakyRelu',
  'log',
  'mish',
  'neg',
  'reciprocal',
  'relu',
  'round',
  'selu',
  'sigmoid',
  'sign',
  'sin',
  'sinh',
  'softplus',
  'softsign',
  'sqrt',
  'tan',
  'tanh',
  'thresholdedRelu',
] as const

const BINARY = ['add', 'sub', 'mul', 'div', 'pow', 'greater', 'equal', 'lessOrEqual'] as const

const REDUCTIONS = [
  'reduceL1',
  'reduceL2',
  'reduceLogSum',
  'reduceLogSumExp',
  'reduceMax',
  'reduceMean',
  'reduceMin',
  'reduceProd',
  'reduceSum',
  'reduceSumSquare',
] as const

const table = <Name extends string>(names: readonly Name[], make: (name: Name) => Make): [string, Make][] =>
  names.map((name) => [name, make(name)])

/** What networks are made of, one operator a model; names are the builder's methods, with what sets a case apart. */
export const CASES: readonly (readonly [name: string, make: Make])[] = [
  ...table(ELEMENTWISE, (name) => of((b, x) => b[name](x))),
  ...table(BINARY, (name) => pair((b, x, y) => b[name](x, y))),
  ...table(REDUCTIONS, (name) => of((b, x) => b[name](x, { axes: b.int64s([1]) }))),
  ['conv', ({ b, input, weight }) => b.conv(input(IMAGE), weight([4, 4, 3, 3]), { pads: [1, 1, 1, 1] })],
  [
    'conv depthwise',
    ({ b, input, weight }) => b.conv(input(IMAGE), weight([4, 1, 3, 3]), { group: 4, B: weight([4]) }),
  ],
  ['conv 1-D', ({ b, input, weight }) => b.conv(input([1, 4, 8]), weight([4, 4, 3]))],
  ['conv 3-D', ({ b, input, weight }) => b.conv(input([1, 2, 4, 4, 4]), weight([2, 2, 3, 3, 3]))],
  [
    'convTranspose',
    ({ b, input, weight }) => b.convTranspose(input(IMAGE), weight([4, 4, 2, 2]), { strides: [2, 2] }),
  ],
  ['maxPool', of((b, x) => b.maxPool(x, { kernel_shape: [2, 2] }), IMAGE)],
  ['maxPool indices', of((b, x) => b.maxPool(x, { kernel_shape: [2, 2], optionalOutputs: true }), IMAGE)],
  ['averagePool', of((b, x) => b.averagePool(x, { kernel_shape: [2, 2] }), IMAGE)],
  ['lpPool', of((b, x) => b.lpPool(x, { kernel_shape: [2, 2] }), IMAGE)],
  ['globalAveragePool', of((b, x) => b.globalAveragePool(x), IMAGE)],
  ['globalMaxPool', of((b, x) => b.globalMaxPool(x), IMAGE)],
  ['globalLpPool', of((b, x) => b.globalLpPool(x), IMAGE)],
  [
    'batchNormalization',
    ({ b, input, weight }) =>
      b.batchNormalization(input(IMAGE), weight([4]), weight([4]), weight([4]), weight([4])),
  ],
  [
    'instanceNormalization',
    ({ b, input, weight }) => b.instanceNormalization(input(IMAGE), weight([4]), weight([4])),
  ],
  [
    'layerNormalization',
    ({ b, input, weight }) => b.layerNormalization(input(ROWS), weight([8]), { B: weight([8]) }),
  ],
  [
    'groupNormalization',
    ({ b, input, weight }) => b.groupNormalization(input(IMAGE), weight([4]), weight([4]), { num_groups: 2 }),
  ],
  ['lpNormalization', of((b, x) => b.lpNormalization(x))],
  ['lrn', of((b, x) => b.lrn(x, { size: 3 }), IMAGE)],
  ['resize linear', of((b, x) => b.resize(x, { scales: floats(b, [1, 1, 2, 2]), mode: 'linear' }), IMAGE)],
  ['resize nearest', of((b, x) => b.resize(x, { scales: floats(b, [1, 1, 2, 2]) }), IMAGE)],
  ['resize sizes', of((b, x) => b.resize(x, { sizes: b.int64s([1, 4, 5, 7]), mode: 'linear' }), IMAGE)],
  ['resize cubic', of((b, x) => b.resize(x, { scales: floats(b, [1, 1, 2, 2]), mode: 'cubic' }), IMAGE)],
  ['gridSample', ({ b, input }) => b.gridSample(input(IMAGE), input([1, 3, 3, 2]))],
  ['roiAlign', ({ b, input }) => b.roiAlign(input(IMAGE), input([2, 4]), b.int64s([0, 0]))],
  ['det', of((b, x) => b.det(x), [2, 3, 3])],
  ['reshape', of((b, x) => b.reshape(x, b.int64s([6, -1])))],
  ['reshape int64', of((b, x) => b.reshape(x, b.int64s([6, -1])), ROWS, 'int64')],
  ['transpose', of((b, x) => b.transpose(x, { perm: [0, 2, 1] }))],
  ['flatten', of((b, x) => b.flatten(x))],
  ['squeeze', of((b, x) => b.squeeze(x, { axes: b.int64s([1]) }), [2, 1, 8])],
  ['unsqueeze', of((b, x) => b.unsqueeze(x, b.int64s([0])))],
  ['cast to int32', of((b, x) => b.cast(x, { to: 6 }))],
  ['cast from bool', of((b, x) => b.cast(x, { to: 1 }), ROWS, 'bool')],
  ['cast to int64', of((b, x) => b.cast(x, { to: 7 }))],
  ['castLike', ({ b, input }) => b.castLike(input(ROWS), input([1], 'int32'))],
  ['shape', of((b, x) => b.add(b.shape(b.nonZero(x)), b.int64s([1])))],
  ['size', of((b, x) => b.size(b.nonZero(x)))],
  ['pad', of((b, x) => b.pad(x, b.int64s([0, 1, 0, 0, 1, 0])))],
  ['pad reflect', of((b, x) => b.pad(x, b.int64s([0, 1, 0, 0, 1, 0]), { mode: 'reflect' }))],
  ['concat', ({ b, input }) => b.concat([input(ROWS), input(ROWS)], { axis: 1 })],
  ['split', of((b, x) => b.split(x, { axis: 1, num_outputs: 2 }))],
  ['slice', of((b, x) => b.slice(x, b.int64s([1]), b.int64s([5]), { axes: b.int64s([1]) }))],
  ['gather', ({ b, input }) => b.gather(input([5, 4]), input([3], 'int64'))],
  ['gatherElements', ({ b, input }) => b.gatherElements(input([5, 4]), input([3, 4], 'int64'))],
  ['gatherND', ({ b, input }) => b.gatherND(input([5, 4]), input([3, 2], 'int64'))],
  [
    'scatterND',
    ({ b, input }) => b.scatterND(input([5, 4]), b.constant(ints([2, 1], [0, 3])), input([2, 4])),
  ],
  [
    'scatterElements',
    ({ b, input }) => b.scatterElements(input([5, 4]), b.constant(ints([1, 4], [0, 1, 2, 3])), input([1, 4])),
  ],
  ['expand', of((b, x) => b.expand(x, b.int64s([3, 2, 6, 8])))],
  ['tile', of((b, x) => b.tile(x, b.int64s([1, 2, 1])))],
  ['where', ({ b, input }) => b.where(input(ROWS, 'bool'), input(ROWS), input(ROWS))],
  ['clip', of((b, x) => b.clip(x, { min: b.scalar('float32', 0), max: b.scalar('float32', 0.5) }))],
  ['prelu', ({ b, input, weight }) => b.prelu(input(ROWS), weight([8]))],
  ['not', of((b, x) => b.not(x), ROWS, 'bool')],
  ['and', pair((b, x, y) => b.and(x, y), 'bool')],
  ['mod', pair((b, x, y) => b.mod(x, y, { fmod: 1 }))],
  ['max', ({ b, input }) => b.max([input(ROWS), input(ROWS)])],
  ['min', ({ b, input }) => b.min([input(ROWS), input(ROWS)])],
  ['sum', ({ b, input }) => b.sum([input(ROWS), input(ROWS)])],
  ['softmax', of((b, x) => b.softmax(x))],
  ['logSoftmax', of((b, x) => b.logSoftmax(x))],
  ['hardmax', of((b, x) => b.hardmax(x))],
  ['gemm', ({ b, input, weight }) => b.gemm(input([3, 8]), weight([8, 4]), { C: weight([4]) })],
  ['matMul', ({ b, input, weight }) => b.matMul(input(ROWS), weight([8, 4]))],
  ['einsum', ({ b, input }) => b.einsum([input(ROWS), input(ROWS)], { equation: 'bij,bkj->bik' })],
  ['argMax', of((b, x) => b.argMax(x, { axis: -1 }))],
  ['argMin', of((b, x) => b.argMin(x, { axis: -1 }))],
  ['topK', of((b, x) => b.topK(x, b.int64s([3])))],
  ['cumSum', of((b, x) => b.cumSum(x, b.scalar('int64', 1)))],
  ['nonZero', of((b, x) => b.nonZero(x))],
  ['oneHot', ({ b, input }) => b.oneHot(input([3], 'int64'), b.scalar('int64', 4), floats(b, [0, 1]))],
  ['trilu', of((b, x) => b.trilu(x))],
  ['eyeLike', of((b, x) => b.eyeLike(x), [3, 3])],
  [
    'range',
    ({ b, input }) => b.range(b.scalar('float32', 0), input([], 'float32'), b.scalar('float32', 0.1)),
  ],
  ['depthToSpace', of((b, x) => b.depthToSpace(x, { blocksize: 2 }), IMAGE)],
  ['spaceToDepth', of((b, x) => b.spaceToDepth(x, { blocksize: 2 }), IMAGE)],
  ['isNaN', of((b, x) => b.isNaN(x))],
  ['isInf', of((b, x) => b.isInf(x))],
  ['dropout', of((b, x) => b.dropout(x))],
  ['randomNormalLike', of((b, x) => b.randomNormalLike(x))],
  ['randomUniformLike', of((b, x) => b.randomUniformLike(x))],
  ['bernoulli', of((b, x) => b.bernoulli(b.sigmoid(x)))],
  [
    'lstm',
    ({ b, input, weight }) =>
      b.lstm(input([3, 1, 4]), weight([1, 8, 4]), weight([1, 8, 2]), { hidden_size: 2 })[0],
  ],
  [
    'gru',
    ({ b, input, weight }) =>
      b.gru(input([3, 1, 4]), weight([1, 6, 4]), weight([1, 6, 2]), { hidden_size: 2 })[0],
  ],
  [
    'rnn',
    ({ b, input, weight }) =>
      b.rnn(input([3, 1, 4]), weight([1, 2, 4]), weight([1, 2, 2]), { hidden_size: 2 })[0],
  ],
  ['dequantizeLinear uint8', dequantize('uint8', [4, 8])],
  ['dequantizeLinear int8', dequantize('int8', [4, 8])],
  ['dequantizeLinear int32', dequantize('int32', [4, 8])],
  [
    'dequantizeLinear int4 blocks',
    ({ b, input, weight }) =>
      b.matMul(
        input([2, 64]),
        b.dequantizeLinear(weight([64, 4], 'int4'), weight([2, 4]), { axis: 0, block_size: 32 }),
      ),
  ],
  [
    'quantizeLinear',
    ({ b, input }) =>
      b.quantizeLinear(input(ROWS), b.scalar('float32', 0.1), { y_zero_point: b.scalar('uint8', 0) }),
  ],
  ['dynamicQuantizeLinear', of((b, x) => b.dynamicQuantizeLinear(x)[0])],
  [
    'if',
    (making) => {
      const [x, condition] = [making.input(ROWS), making.input([], 'bool')]
      const then = branch(making, 'then', (inner) => inner.relu(x))
      const otherwise = branch(making, 'else', (inner) => inner.neg(x))
      return making.b.if(condition, { then_branch: then, else_branch: otherwise })
    },
  ],
  ['constantOfShape', ({ b, input }) => b.constantOfShape(input([2], 'int64'))],
]

function dequantize(dtype: DType, dims: readonly number[]): Make {
  return ({ b, input }) => b.dequantizeLinear(input(dims, dtype), b.scalar('float32', 0.1))
}

const floats = (b: Builder, values: readonly number[]): Value =>
  b.constant(tensorOf('float32', [values.length], values))

const ints = (dims: readonly number[], values: readonly number[]) => tensorOf('int64', dims, values)
