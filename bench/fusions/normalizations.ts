import { type Builder, tensorOf, type Value } from '../../src/graph/index.ts'
import { type Fusion, float, int, node } from './fusion.ts'

const SIZES = [
  [1, 16, 64],
  [1, 64, 384],
  [1, 256, 768],
] as const

/** Channels first, for normalisations of images. */
const IMAGES = [
  [1, 32, 8, 8],
  [1, 64, 32, 32],
  [1, 256, 56, 56],
] as const

const of = (b: Builder, value: number): Value => b.scalar('float32', value)
const ramp = (length: number, dims = [length]) =>
  tensorOf(
    'float32',
    dims,
    Array.from({ length }, (_, i) => 0.5 + i / length),
  )
const columns = (x: Value): number => Number(x.dims.at(-1))
const gamma = (b: Builder, x: Value): Value => b.constant(ramp(columns(x)))
const beta = (b: Builder, x: Value): Value =>
  b.constant(
    tensorOf(
      'float32',
      [columns(x)],
      Array.from({ length: columns(x) }, (_, i) => i / columns(x)),
    ),
  )
const last = (b: Builder) => ({ axes: b.int64s([-1]) })

function layerNorm(b: Builder, x: Value): Value {
  const centred = b.sub(x, b.reduceMean(x, last(b)))
  const variance = b.reduceMean(b.pow(centred, of(b, 2)), last(b))
  return b.add(b.mul(b.div(centred, b.sqrt(b.add(variance, of(b, 1e-5)))), gamma(b, x)), beta(b, x))
}

/** As TensorFlow writes it: x·r + (β − μ·r). */
function layerNormByScale(b: Builder, x: Value): Value {
  const mean = b.reduceMean(x, last(b))
  const centred = b.sub(x, mean)
  const variance = b.reduceMean(b.mul(centred, centred), last(b))
  const r = b.mul(b.reciprocal(b.sqrt(b.add(variance, of(b, 1e-5)))), gamma(b, x))
  return b.add(b.mul(x, r), b.sub(beta(b, x), b.mul(mean, r)))
}

function rmsNorm(b: Builder, x: Value): Value {
  const square = b.reduceMean(b.pow(x, of(b, 2)), last(b))
  return b.mul(b.mul(x, b.reciprocal(b.sqrt(b.add(square, of(b, 1e-6))))), gamma(b, x))
}

function instanceNorm(b: Builder, x: Value): Value {
  const axes = { axes: b.int64s([2, 3]) }
  const c = Number(x.dims[1])
  const centred = b.sub(x, b.reduceMean(x, axes))
  const variance = b.reduceMean(b.mul(centred, centred), axes)
  const normal = b.div(centred, b.sqrt(b.add(variance, of(b, 1e-5))))
  return b.add(b.mul(normal, b.constant(ramp(c, [c, 1, 1]))), b.constant(ramp(c, [c, 1, 1])))
}

function groupNorm(b: Builder, x: Value): Value {
  const [n = 1, c = 1, h = 1, w = 1] = x.dims.map(Number)
  const ones = b.constant(
    tensorOf(
      'float32',
      [8],
      Array.from({ length: 8 }, () => 1),
    ),
  )
  const zeros = b.constant(
    tensorOf(
      'float32',
      [8],
      Array.from({ length: 8 }, () => 0),
    ),
  )
  const grouped = b.instanceNormalization(b.reshape(x, b.int64s([0, 8, -1])), ones, zeros)
  const normal = b.reshape(grouped, b.int64s([n, c, h, w]))
  return b.add(b.mul(normal, b.constant(ramp(c, [c, 1, 1]))), b.constant(ramp(c, [c, 1, 1])))
}

const simplified = (b: Builder, x: Value): Value =>
  node(b, 'SimplifiedLayerNormalization', [x, gamma(b, x)], { axis: int(-1), epsilon: float(1e-6) }, '')

/** What sums along axes; a softmax only along one. */
function along(of: string, sizes: Fusion['sizes'], list: readonly number[]): Fusion[] {
  const [axis = -1, ...others] = list
  const axes = (b: Builder) => ({ axes: b.int64s(list) })
  const shifted = (b: Builder, x: Value) => b.sub(x, b.reduceMax(x, axes(b)))
  const softmaxes: Fusion[] = [
    {
      title: `Softmax${of}`,
      sizes,
      written: (b, x) => {
        const e = b.exp(shifted(b, x))
        return b.div(e, b.reduceSum(e, axes(b)))
      },
      as: { Softmax: (b, x) => b.softmax(x, { axis }) },
    },
    {
      title: `LogSoftmax${of}`,
      sizes,
      written: (b, x) => {
        const d = shifted(b, x)
        return b.sub(d, b.log(b.reduceSum(b.exp(d), axes(b))))
      },
      as: { LogSoftmax: (b, x) => b.logSoftmax(x, { axis }) },
    },
  ]
  return [
    ...(others.length === 0 ? softmaxes : []),
    {
      title: `max + log Σ exp${of}`,
      sizes,
      written: (b, x) => {
        const max = b.reduceMax(x, axes(b))
        return b.add(max, b.log(b.reduceSum(b.exp(b.sub(x, max)), axes(b))))
      },
      as: { ReduceLogSumExp: (b, x) => b.reduceLogSumExp(x, axes(b)) },
    },
    {
      title: `√Σx²${of}`,
      sizes,
      written: (b, x) => b.sqrt(b.reduceSum(b.mul(x, x), axes(b))),
      as: { ReduceL2: (b, x) => b.reduceL2(x, axes(b)) },
    },
    {
      title: `√Σsquare${of}`,
      sizes,
      written: (b, x) => b.sqrt(b.reduceSumSquare(x, axes(b))),
      as: { ReduceL2: (b, x) => b.reduceL2(x, axes(b)) },
    },
    {
      title: `Σx²${of}`,
      sizes,
      written: (b, x) => b.reduceSum(b.mul(x, x), axes(b)),
      as: { ReduceSumSquare: (b, x) => b.reduceSumSquare(x, axes(b)) },
    },
  ]
}

export const NORMALIZATIONS: readonly Fusion[] = [
  {
    title: 'LayerNorm',
    sizes: SIZES,
    written: layerNorm,
    as: { LayerNormalization: (b, x) => b.layerNormalization(x, gamma(b, x), { B: beta(b, x) }) },
  },
  {
    title: 'LayerNorm, x·r + (β − μ·r)',
    sizes: SIZES,
    written: layerNormByScale,
    as: { LayerNormalization: (b, x) => b.layerNormalization(x, gamma(b, x), { B: beta(b, x) }) },
  },
  { title: 'RMSNorm', sizes: SIZES, written: rmsNorm, as: { SimplifiedLayerNormalization: simplified } },
  {
    title: 'Add, LayerNormalization',
    sizes: SIZES,
    written: (b, x) => {
      const sum = b.add(x, b.relu(x))
      return b.add(b.layerNormalization(sum, gamma(b, x), { B: beta(b, x) }), sum)
    },
    as: {
      SkipLayerNormalization: (b, x) => {
        const [y, , , sum] = b.skipLayerNormalization(x, b.relu(x), gamma(b, x), {
          beta: beta(b, x),
          epsilon: 1e-5,
          optionalOutputs: true,
        })
        return y && sum ? b.add(y, sum) : x
      },
    },
  },
  {
    title: 'Add, LayerNormalization (sum unread)',
    sizes: SIZES,
    // The rank keeps onnxruntime's own matcher off.
    written: (b, x) => {
      const flat = b.reshape(x, b.int64s([-1, columns(x)]))
      return b.layerNormalization(b.add(flat, b.relu(flat)), gamma(b, x), { B: beta(b, x) })
    },
    as: {
      SkipLayerNormalization: (b, x) => {
        const y = b.skipLayerNormalization(x, b.relu(x), gamma(b, x), { beta: beta(b, x), epsilon: 1e-5 })
        return b.reshape(y, b.int64s([-1, columns(x)]))
      },
    },
  },
  {
    title: 'Add, RMSNorm',
    sizes: SIZES,
    written: (b, x) => {
      const sum = b.add(x, b.relu(x))
      return b.add(simplified(b, sum), sum)
    },
    as: {
      SkipSimplifiedLayerNormalization: (b, x) => {
        const [y, , , sum] = b.skipSimplifiedLayerNormalization(x, b.relu(x), gamma(b, x), {
          epsilon: 1e-6,
          optionalOutputs: true,
        })
        return y && sum ? b.add(y, sum) : x
      },
    },
  },
  {
    title: 'InstanceNorm',
    sizes: IMAGES,
    written: instanceNorm,
    as: {
      InstanceNormalization: (b, x) => {
        const c = Number(x.dims[1])
        return b.instanceNormalization(x, b.constant(ramp(c)), b.constant(ramp(c)))
      },
    },
  },
  {
    title: 'GroupNorm',
    sizes: IMAGES,
    written: groupNorm,
    as: {
      GroupNormalization: (b, x) => {
        const c = Number(x.dims[1])
        return b.groupNormalization(x, b.constant(ramp(c)), b.constant(ramp(c)), { num_groups: 8 })
      },
    },
  },
  ...along('', SIZES, [-1]),
  ...along(', channels of an image', IMAGES, [1]),
  ...along(', images', IMAGES, [2, 3]),
  {
    title: 'x/√Σx²',
    sizes: SIZES,
    written: (b, x) => b.div(x, b.reduceL2(x, last(b))),
    as: { LpNormalization: (b, x) => b.lpNormalization(x) },
  },
]
