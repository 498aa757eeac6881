import type { Builder, Value } from '../../src/graph/index.ts'
import { type Fusion, float, node } from './fusion.ts'

const SIZES = [
  [1, 16, 64],
  [1, 64, 512],
  [1, 256, 2048],
] as const

const IMAGES = [
  [1, 16, 16, 16],
  [1, 64, 32, 32],
  [1, 64, 112, 112],
] as const

const of = (b: Builder, value: number): Value => b.scalar('float32', value)
const hardGate = (b: Builder, x: Value): Value => b.clip(b.add(x, of(b, 3)), { min: of(b, 0), max: of(b, 6) })
const erfGelu = (b: Builder, x: Value): Value =>
  b.mul(b.mul(x, b.add(b.erf(b.div(x, of(b, Math.SQRT2))), of(b, 1))), of(b, 0.5))
/** In an order that onnxruntime's own matcher does not know. */
const erfGeluOtherwise = (b: Builder, x: Value): Value =>
  b.mul(b.add(b.mul(b.erf(b.mul(of(b, Math.SQRT1_2), x)), of(b, 0.5)), of(b, 0.5)), x)
const tanhGelu = (b: Builder, x: Value): Value => {
  const cubed = b.mul(b.pow(x, of(b, 3)), of(b, 0.044715))
  const inner = b.mul(b.add(x, cubed), of(b, Math.sqrt(2 / Math.PI)))
  return b.mul(b.mul(x, of(b, 0.5)), b.add(b.tanh(inner), of(b, 1)))
}
const tanhGeluOtherwise = (b: Builder, x: Value): Value => {
  const cubed = b.mul(b.mul(b.mul(x, x), x), of(b, 0.044715))
  const inner = b.mul(of(b, Math.sqrt(2 / Math.PI)), b.add(x, cubed))
  return b.mul(b.mul(of(b, 0.5), b.add(of(b, 1), b.tanh(inner))), x)
}

const gelus: Fusion['as'] = {
  Gelu: (b, x) => b.gelu(x),
  'com.microsoft.Gelu': (b, x) => node(b, 'Gelu', [x]),
}
const fastGelus: Fusion['as'] = {
  'Gelu(tanh)': (b, x) => b.gelu(x, { approximate: 'tanh' }),
  FastGelu: (b, x) => b.fastGelu(x),
}

export const ACTIVATIONS: readonly Fusion[] = [
  { title: 'erf GELU', sizes: SIZES, written: erfGelu, as: gelus },
  { title: 'erf GELU, other order', sizes: SIZES, written: erfGeluOtherwise, as: gelus },
  { title: 'tanh GELU', sizes: SIZES, written: tanhGelu, as: fastGelus },
  { title: 'tanh GELU, other order', sizes: SIZES, written: tanhGeluOtherwise, as: fastGelus },
  {
    title: 'Add, erf GELU',
    sizes: SIZES,
    written: (b, x) => b.gelu(b.add(x, bias(b, x))),
    as: {
      BiasGelu: (b, x) => b.biasGelu(x, bias(b, x)),
      'Add, com.microsoft.Gelu': (b, x) => node(b, 'Gelu', [b.add(x, bias(b, x))]),
    },
  },
  {
    title: 'Add, tanh GELU',
    sizes: SIZES,
    written: (b, x) => b.gelu(b.add(x, bias(b, x)), { approximate: 'tanh' }),
    as: { 'FastGelu of two': (b, x) => b.fastGelu(x, { bias: bias(b, x) }) },
  },
  {
    title: 'x·sigmoid(1.702x)',
    sizes: SIZES,
    written: (b, x) => b.mul(x, b.sigmoid(b.mul(x, of(b, 1.702)))),
    as: { QuickGelu: (b, x) => b.quickGelu(x, { alpha: 1.702 }) },
  },
  {
    title: 'SiLU',
    sizes: SIZES,
    written: (b, x) => b.mul(x, b.sigmoid(x)),
    as: { 'QuickGelu(1)': (b, x) => b.quickGelu(x, { alpha: 1 }) },
  },
  {
    title: 'x·clip(x+3,0,6)/6',
    sizes: SIZES,
    written: (b, x) => b.div(b.mul(x, hardGate(b, x)), of(b, 6)),
    as: {
      HardSwish: (b, x) => b.hardSwish(x),
      'HardSigmoid, Mul': (b, x) => b.mul(x, b.hardSigmoid(x, { alpha: 1 / 6, beta: 0.5 })),
    },
  },
  {
    title: 'clip(x+3,0,6)/6',
    sizes: SIZES,
    written: (b, x) => b.div(hardGate(b, x), of(b, 6)),
    as: { HardSigmoid: (b, x) => b.hardSigmoid(x, { alpha: 1 / 6, beta: 0.5 }) },
  },
  {
    title: 'x·tanh(softplus(x))',
    sizes: SIZES,
    written: (b, x) => b.mul(x, b.tanh(b.softplus(x))),
    as: { Mish: (b, x) => b.mish(x) },
  },
  {
    title: 'x/(1+|x|)',
    sizes: SIZES,
    written: (b, x) => b.div(x, b.add(b.abs(x), of(b, 1))),
    as: { Softsign: (b, x) => b.softsign(x) },
  },
  {
    title: 'max(x, 0.1x)',
    sizes: SIZES,
    written: (b, x) => b.max([x, b.mul(x, of(b, 0.1))]),
    as: { LeakyRelu: (b, x) => b.leakyRelu(x, { alpha: 0.1 }), PRelu: (b, x) => b.prelu(x, of(b, 0.1)) },
  },
  {
    title: 'x>0 ? x : 0.1x',
    sizes: SIZES,
    written: (b, x) => b.where(b.greater(x, of(b, 0)), x, b.mul(x, of(b, 0.1))),
    as: { LeakyRelu: (b, x) => b.leakyRelu(x, { alpha: 0.1 }) },
  },
  {
    title: 'relu(x) − a·relu(−x)',
    sizes: SIZES,
    written: (b, x) => b.add(b.relu(x), b.mul(b.neg(b.relu(b.neg(x))), bias(b, x))),
    as: { PRelu: (b, x) => b.prelu(x, bias(b, x)) },
  },
  {
    title: 'max(x, a·x), a channel',
    sizes: IMAGES,
    written: (b, x) => b.max([x, b.mul(x, slopes(b, x))]),
    as: { PRelu: (b, x) => b.prelu(x, slopes(b, x)) },
  },
  {
    title: 'x>0 ? x : a·x, a channel',
    sizes: IMAGES,
    written: (b, x) => b.where(b.greater(x, of(b, 0)), x, b.mul(x, slopes(b, x))),
    as: { PRelu: (b, x) => b.prelu(x, slopes(b, x)) },
  },
  {
    title: 'relu(x) + a·min(x, 0), a channel',
    sizes: IMAGES,
    written: (b, x) => b.add(b.relu(x), b.mul(b.min([x, of(b, 0)]), slopes(b, x))),
    as: { PRelu: (b, x) => b.prelu(x, slopes(b, x)) },
  },
  {
    title: 'x>0 ? x : e^x−1',
    sizes: SIZES,
    written: (b, x) => b.where(b.greater(x, of(b, 0)), x, b.sub(b.exp(x), of(b, 1))),
    as: { Elu: (b, x) => b.elu(x) },
  },
  {
    title: 'γ·elu(x)',
    sizes: SIZES,
    written: (b, x) => b.mul(b.elu(x, { alpha: 1.67 }), of(b, 1.05)),
    as: { Selu: (b, x) => node(b, 'Selu', [x], { alpha: float(1.67), gamma: float(1.05) }, '') },
  },
  {
    title: '1/x',
    sizes: SIZES,
    written: (b, x) => b.div(of(b, 1), x),
    as: { Reciprocal: (b, x) => b.reciprocal(x) },
  },
  {
    title: 'x²',
    sizes: SIZES,
    written: (b, x) => b.pow(x, of(b, 2)),
    as: { Mul: (b, x) => b.mul(x, x) },
  },
]

/** One number a column. */
function bias(b: Builder, x: Value): Value {
  const columns = Number(x.dims.at(-1))
  return b.sub(b.constant(ramp(columns)), of(b, 0.5))
}

/** One number a channel of an image. */
function slopes(b: Builder, x: Value): Value {
  const channels = Number(x.dims[1])
  return b.reshape(b.constant(ramp(channels)), b.int64s([channels, 1, 1]))
}

import { tensorOf } from '../../src/graph/index.ts'

const ramp = (length: number) =>
  tensorOf(
    'float32',
    [length],
    Array.from({ length }, (_, i) => i / length),
  )
