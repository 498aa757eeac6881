import { type Dim, isSymbolic, tensorOf, type Value } from '../../../../graph/index.ts'
import { concrete } from '../../evaluator/decisions.ts'
import type { Arguments } from '../arguments.ts'
import type { OperatorContext } from '../context.ts'
import type { Evaluate, OperatorTable } from '../operator.ts'

/** Runs on a batch of one where the input has no batch. */
function batched(
  c: OperatorContext,
  x: Value,
  axes: number,
  run: (x: Value) => readonly Value[],
): readonly Value[] {
  if (x.rank === axes + 2) return run(x)
  if (x.rank !== axes + 1)
    return c.fail(`the input has ${x.rank} dims where ${axes + 2} (or ${axes + 1}) are needed`)
  const first = c.b.int64s([0])
  return run(c.b.unsqueeze(x, first)).map((value) => c.b.squeeze(value, { axes: first }))
}

/** Window geometry; an empty stride is the kernel's size. */
function windowOf(args: Arguments) {
  const kernel = args.numbers('kernel_size')
  const strides = args.numbers('stride')
  const pads = args.numbers('padding')
  return {
    kernel_shape: kernel,
    strides: strides.length === 0 ? kernel : strides,
    pads: [...pads, ...pads],
    ceil_mode: args.bool('ceil_mode') ? 1 : 0,
  }
}

const maxPool =
  (axes: number, withIndices: boolean): Evaluate =>
  (c, args) => {
    const options = { ...windowOf(args), dilations: args.numbers('dilation') }
    const input = args.value('self')
    const [y, indices] = batched(c, input, axes, (x) => {
      if (!withIndices) return [c.b.maxPool(x, options)]
      const [values, positions] = c.b.maxPool(x, { ...options, optionalOutputs: true })
      return [values, planeIndices(c, x, positions)]
    })
    if (!y) return c.fail('no result')
    return indices ? c.wrapAll(y, indices) : c.wrap(y)
  }

/** ONNX counts in the whole tensor, PyTorch in each channel's plane. */
function planeIndices(c: OperatorContext, x: Value, indices: Value): Value {
  const plane = c.b.reduceProd(c.dims(x.dims.slice(2)), { keepdims: 0 })
  return c.b.mod(indices, plane)
}

const averagePool =
  (axes: number): Evaluate =>
  (c, args) => {
    const options = windowOf(args)
    const divisor = args.optionalNumber('divisor_override')
    const includePad = divisor !== undefined || args.bool('count_include_pad')
    if (divisor !== undefined && options.ceil_mode)
      return c.refuse('divisor_override together with ceil_mode')
    const [y] = batched(c, args.value('self'), axes, (x) => [
      c.b.averagePool(x, { ...options, count_include_pad: includePad ? 1 : 0 }),
    ])
    if (!y) return c.fail('no result')
    if (divisor === undefined) return c.wrap(y)
    const area = options.kernel_shape.reduce((product, size) => product * size, 1)
    return c.wrap(c.b.mul(y, c.number(area / divisor, y.dtype)))
  }

/** Wanted sizes; None keeps the input's. */
function adaptiveSizes(args: Arguments, spatial: readonly Dim[]): Dim[] {
  const given = args.get('output_size')
  const items = given.kind === 'list' || given.kind === 'tuple' ? given.items : spatial.map(() => given)
  return spatial.map((size, axis) => {
    const item = items.length === 1 ? items[0] : items[axis]
    return item?.kind === 'int' ? item.value : size
  })
}

type Adaptive = (c: OperatorContext, x: Value, sizes: readonly Dim[]) => Value

const adaptive =
  (axes: number, pool: Adaptive): Evaluate =>
  (c, args) => {
    const [y] = batched(c, args.value('self'), axes, (x) => [
      pool(c, x, adaptiveSizes(args, x.dims.slice(2))),
    ])
    return y ? c.wrap(y) : c.fail('no result')
  }

const adaptiveAverage: Adaptive = (c, x, sizes) => {
  if (sizes.every((size) => size === 1)) return c.b.globalAveragePool(x)
  const even = evenWindows(c, x, sizes)
  if (even) return c.b.averagePool(x, even)
  return sizes.reduce<Value>((y, size, axis) => averageAlong(c, y, axis + 2, concrete(c.session, size)), x)
}

const adaptiveMax: Adaptive = (c, x, sizes) => {
  if (sizes.every((size) => size === 1)) return c.b.globalMaxPool(x)
  const even = evenWindows(c, x, sizes)
  if (even) return c.b.maxPool(x, even)
  return sizes.reduce<Value>((y, size, axis) => maximaAlong(c, y, axis + 2, concrete(c.session, size)), x)
}

/** Where every size divides, the windows are all alike. */
function evenWindows(
  c: OperatorContext,
  x: Value,
  sizes: readonly Dim[],
): { readonly kernel_shape: number[]; readonly strides: number[] } | undefined {
  const spatial = x.dims.slice(2)
  if (spatial.every((dim, axis) => dim === sizes[axis]))
    return { kernel_shape: sizes.map(() => 1), strides: sizes.map(() => 1) }
  const kernel = spatial.map((dim, axis) => concrete(c.session, dim) / concrete(c.session, sizes[axis] ?? 1))
  return kernel.every(Number.isInteger) ? { kernel_shape: kernel, strides: kernel } : undefined
}

/** PyTorch's window `i` of `count`: from ⌊i·size/count⌋ to ⌈(i + 1)·size/count⌉. */
const windowBounds = (size: number, count: number): [number, number][] =>
  Array.from({ length: count }, (_, i) => [
    Math.floor((i * size) / count),
    Math.ceil(((i + 1) * size) / count),
  ])

/** Averages along one axis, as a product with a constant matrix [size, count]. */
function averageAlong(c: OperatorContext, x: Value, axis: number, count: number): Value {
  const dim = x.dims[axis] ?? 1
  const size = concrete(c.session, dim)
  if (!isSymbolic(dim) && size === count) return x
  const weights = new Float32Array(size * count)
  for (const [column, [from, to]] of windowBounds(size, count).entries()) {
    for (let row = from; row < to; row++) weights[row * count + column] = 1 / (to - from)
  }
  const matrix = c.cast(c.b.constant(tensorOf('float32', [size, count], weights)), x.dtype)
  const last = x.rank - 1
  if (axis === last) return c.b.matMul(x, matrix)
  const perm = x.dims.map((_, at) => (at === axis ? last : at === last ? axis : at))
  return c.b.transpose(c.b.matMul(c.b.transpose(x, { perm }), matrix), { perm })
}

function maximaAlong(c: OperatorContext, x: Value, axis: number, count: number): Value {
  const size = concrete(c.session, x.dims[axis] ?? 1)
  const axes = c.b.int64s([axis])
  const parts = windowBounds(size, count).map(([from, to]) =>
    c.b.reduceMax(c.b.slice(x, c.b.int64s([from]), c.b.int64s([to]), { axes }), { axes, keepdims: 1 }),
  )
  return c.b.concat(parts, { axis })
}

/** Pooling in 1, 2 and 3 dims. */
export const POOLING: OperatorTable = {
  max_pool1d: maxPool(1, false),
  max_pool2d: maxPool(2, false),
  max_pool3d: maxPool(3, false),
  max_pool1d_with_indices: maxPool(1, true),
  max_pool2d_with_indices: maxPool(2, true),
  max_pool3d_with_indices: maxPool(3, true),
  avg_pool1d: averagePool(1),
  avg_pool2d: averagePool(2),
  avg_pool3d: averagePool(3),
  adaptive_avg_pool1d: adaptive(1, adaptiveAverage),
  adaptive_avg_pool2d: adaptive(2, adaptiveAverage),
  adaptive_avg_pool3d: adaptive(3, adaptiveAverage),
  _adaptive_avg_pool2d: adaptive(2, adaptiveAverage),
  _adaptive_avg_pool3d: adaptive(3, adaptiveAverage),
  adaptive_max_pool1d: adaptive(1, adaptiveMax),
  adaptive_max_pool2d: adaptive(2, adaptiveMax),
  adaptive_max_pool3d: adaptive(3, adaptiveMax),
}
