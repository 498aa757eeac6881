import { composites, type Dim, type DType, knownIntegers, mul, type Value } from '../../../../graph/index.ts'
import { type PyValue, type TensorHandle, tuple } from '../../evaluator/values/index.ts'
import type { Arguments } from '../arguments.ts'
import type { OperatorContext } from '../context.ts'
import { inFormat, isChannelsLast } from '../memory-format.ts'
import type { Evaluate, OperatorTable } from '../operator.ts'
import { expanded, reshaped } from './views.ts'

/** Tensors brought to one dtype; the empty 1-D ones that old code starts lists with are left out. */
function joined(c: OperatorContext, tensors: readonly Value[], axis: number): Value {
  const kept = tensors.filter(({ dims }) => !(dims.length === 1 && dims[0] === 0))
  const [first] = kept
  if (!first) return tensors[0] ?? c.fail('there is nothing to join')
  const dtype = kept.map((value) => value.dtype).reduce(composites.promoteTypes)
  if (kept.length === 1) return c.cast(first, dtype)
  return c.b.concat(
    kept.map((value) => c.cast(value, dtype)),
    { axis: c.axis(axis, first.rank) },
  )
}

const cat: Evaluate = (c, args) => c.wrap(joined(c, args.values('tensors'), args.number('dim')))

const stack: Evaluate = (c, args) => {
  const tensors = args.values('tensors')
  const axis = c.axis(args.number('dim'), (tensors[0]?.rank ?? 0) + 1)
  const axes = c.b.int64s([axis])
  return c.wrap(
    joined(
      c,
      tensors.map((value) => c.b.unsqueeze(value, axes)),
      axis,
    ),
  )
}

/** hstack joins along dim 1 (0 for 1-D tensors), vstack along dim 0 of what has at least two dims. */
const hstack: Evaluate = (c, args) => {
  const tensors = args.values('tensors')
  return c.wrap(joined(c, tensors, (tensors[0]?.rank ?? 0) > 1 ? 1 : 0))
}

const vstack: Evaluate = (c, args) => {
  const rows = args.values('tensors').map((x) => (x.rank > 1 ? x : c.b.unsqueeze(x, c.b.int64s([0]))))
  return c.wrap(joined(c, rows, 0))
}

/** Leading dims are added where there are more repeats than dims, and the other way round for `tile`. */
const repeat: Evaluate = (c, args) =>
  c.wrap(composites.tile(c.b, args.value('self'), args.ints(args.has('repeats') ? 'repeats' : 'dims')))

/** Every element `repeats` times in a row, or each its own number of times; without a dim, of the flattened tensor. */
const repeatInterleave: Evaluate = (c, args) => {
  const flat = args.has('dim') ? args.value('self') : c.b.reshape(args.value('self'), c.b.int64s([-1]))
  const axis = args.has('dim') ? c.axis(args.number('dim'), flat.rank) : 0
  const counts =
    args.get('repeats').kind === 'tensor' ? knownIntegers(args.value('repeats')) : [args.int('repeats')]
  if (!counts) return c.refuse('repeats that are computed from data')
  const [repeats] = counts
  if (repeats !== undefined && counts.length === 1) return c.wrap(repeatEach(c, flat, axis, repeats))
  const numbers = counts.map((count) => (typeof count === 'number' ? count : Number.NaN))
  if (numbers.some(Number.isNaN))
    return c.refuse('repeats that differ from element to element, by dynamic sizes')
  const rows = numbers.flatMap((count, at) => new Array<number>(count).fill(at))
  return c.wrap(c.b.gather(flat, c.b.int64s(rows), { axis }))
}

function repeatEach(c: OperatorContext, flat: Value, axis: number, repeats: Dim): Value {
  const wide = c.b.unsqueeze(flat, c.b.int64s([axis + 1]))
  const ones: Dim[] = wide.dims.map((_, at) => (at === axis + 1 ? repeats : 1))
  const grown = c.b.expand(wide, c.dims(ones))
  return c.reshape(
    grown,
    flat.dims.map((dim, at) => (at === axis ? mul(dim, repeats) : dim)),
  )
}

const roll: Evaluate = (c, args) => {
  const x = args.value('self')
  const shifts = args.ints('shifts')
  const axes = args.numbers('dims')
  if (axes.length === 0) {
    const flat = c.b.reshape(x, c.b.int64s([-1]))
    return c.wrap(c.reshape(composites.roll(c.b, flat, 0, shifts[0] ?? 0), x.dims))
  }
  return c.wrap(
    axes.reduce<Value>((y, axis, at) => composites.roll(c.b, y, c.axis(axis, x.rank), shifts[at] ?? 0), x),
  )
}

const flip =
  (axesOf: (args: Arguments) => readonly number[]): Evaluate =>
  (c, args) =>
    c.wrap(composites.flip(c.b, args.value('self'), axesOf(args)))

/** [*, C·r², H, W] → [*, C, H·r, W·r] */
const pixelShuffle: Evaluate = (c, args) => {
  const x = args.value('self')
  if (x.rank !== 4) return c.refuse('an input that is not 4-D')
  return c.wrap(c.b.depthToSpace(x, { blocksize: args.number('upscale_factor'), mode: 'CRD' }))
}

const pixelUnshuffle: Evaluate = (c, args) => {
  const x = args.value('self')
  if (x.rank !== 4) return c.refuse('an input that is not 4-D')
  return c.wrap(composites.pixelUnshuffle(c.b, x, args.number('downscale_factor')))
}

const channelShuffle: Evaluate = (c, args) =>
  c.wrap(composites.channelShuffle(c.b, args.value('self'), args.number('groups')))

const triangle =
  (upper: boolean): Evaluate =>
  (c, args) => {
    const x = args.value('self')
    const k = c.size(args.int('diagonal'))
    // onnxruntime has kernels of Trilu for float32, float64, int64 and bool.
    const working = TRILU_DTYPES.get(x.dtype) ?? x.dtype
    return c.wrap(c.cast(c.b.trilu(c.cast(x, working), { k, upper: upper ? 1 : 0 }), x.dtype))
  }

const TRILU_DTYPES: ReadonlyMap<DType, DType> = new Map([
  ['float16', 'float32'],
  ['bfloat16', 'float32'],
  ['int8', 'int64'],
  ['uint8', 'int64'],
  ['int16', 'int64'],
  ['int32', 'int64'],
])

type PadMode = NonNullable<NonNullable<Parameters<typeof composites.padAxes>[3]>['mode']>

const PAD_MODES: ReadonlyMap<string, PadMode> = new Map([
  ['constant', 'constant'],
  ['reflect', 'reflect'],
  ['replicate', 'edge'],
  ['circular', 'wrap'],
])

/** `widths` names begin and end of the last axis, then of the one before, and so on. */
function padded(x: Value, widths: readonly Dim[]): Map<number, readonly [Dim, Dim]> {
  const axes = Array.from({ length: widths.length / 2 }, (_, at) => at)
  return new Map(axes.map((at) => [x.rank - 1 - at, [widths[2 * at] ?? 0, widths[2 * at + 1] ?? 0]]))
}

const pad: Evaluate = (c, args) => {
  const x = args.value('self')
  const mode = PAD_MODES.get(args.has('mode') ? args.string('mode') : 'constant')
  if (!mode) return c.refuse(`the padding mode ${args.string('mode')}`)
  const value = args.has('value') && mode === 'constant' ? c.scalar(args.scalar('value'), x.dtype) : undefined
  return c.wrap(composites.padAxes(c.b, x, padded(x, args.ints('pad')), { mode, value }))
}

const fixedPad =
  (mode: PadMode): Evaluate =>
  (c, args) => {
    const x = args.value('self')
    return c.wrap(composites.padAxes(c.b, x, padded(x, args.ints('padding')), { mode }))
  }

const broadcastTensors: Evaluate = (c, args) => {
  const tensors = args.tensors('tensors')
  const dims = composites.broadcastShape(
    c.b,
    tensors.map((tensor) => tensor.dims),
  )
  return tuple(tensors.map((tensor) => expanded(c, tensor, dims)))
}

/** Coordinates of a grid; `ij` is PyTorch's default, `xy` swaps the first two. */
const meshgrid: Evaluate = (c, args) => {
  const isXY = args.has('indexing') && args.string('indexing') === 'xy'
  const tensors = args.tensors('tensors')
  const order = tensors.map((_, at) => (isXY && at < 2 && tensors.length > 1 ? 1 - at : at))
  const sizes = order.map((at) => tensors[at]?.dims[0] ?? 1)
  return tuple(tensors.map((tensor, at) => alongAxis(c, tensor, order.indexOf(at), sizes)))
}

function alongAxis(c: OperatorContext, tensor: TensorHandle, axis: number, sizes: readonly Dim[]): PyValue {
  const column = reshaped(
    c,
    tensor,
    sizes.map((_, at) => (at === axis ? (tensor.dims[0] ?? 1) : 1)),
  )
  return expanded(c, column, sizes)
}

/** `x.to(…)`: only the dtype matters. */
const to: Evaluate = (c, args) => {
  const self = args.tensor('self')
  const wanted = args.has('other') ? args.tensor('other').dtype : args.dtype('dtype')
  if (wanted === undefined || wanted === self.dtype) {
    if (args.bool('copy')) return c.wrap(self.read())
    return isChannelsLast(args) ? inFormat(c, self, true) : self
  }
  return c.wrap(c.cast(self.read(), wanted))
}

const toDtype =
  (dtype: DType): Evaluate =>
  (c, args) => {
    const self = args.tensor('self')
    return self.dtype === dtype ? self : c.wrap(c.cast(self.read(), dtype))
  }

const clone: Evaluate = (c, args) => c.wrap(args.value('self'))

/** Training is left out; what is kept is the flag, which programs ask for. */
const requiresGrad: Evaluate = (_, args) => {
  const self = args.tensor('self')
  self.requiresGrad = args.bool('requires_grad')
  return self
}

const unchanged: Evaluate = (_, args: Arguments) => args.tensor('self')

/** Changes of layout and dtype that make new tensors. */
export const LAYOUT: OperatorTable = {
  cat,
  concat: cat,
  stack,
  hstack,
  vstack,
  repeat,
  tile: repeat,
  repeat_interleave: repeatInterleave,
  roll,
  flip: flip((args) => args.numbers('dims')),
  fliplr: flip(() => [1]),
  flipud: flip(() => [0]),
  pixel_shuffle: pixelShuffle,
  pixel_unshuffle: pixelUnshuffle,
  channel_shuffle: channelShuffle,
  native_channel_shuffle: channelShuffle,
  tril: triangle(false),
  triu: triangle(true),
  pad,
  constant_pad_nd: pad,
  reflection_pad1d: fixedPad('reflect'),
  reflection_pad2d: fixedPad('reflect'),
  reflection_pad3d: fixedPad('reflect'),
  replication_pad1d: fixedPad('edge'),
  replication_pad2d: fixedPad('edge'),
  replication_pad3d: fixedPad('edge'),
  broadcast_tensors: broadcastTensors,
  meshgrid,
  to,
  type: to,
  type_as: to,
  _to_copy: to,
  float: toDtype('float32'),
  double: toDtype('float64'),
  half: toDtype('float16'),
  bfloat16: toDtype('bfloat16'),
  int: toDtype('int32'),
  long: toDtype('int64'),
  short: toDtype('int16'),
  bool: toDtype('bool'),
  clone,
  lift_fresh_copy: clone,
  cpu: unchanged,
  cuda: unchanged,
  requires_grad_: requiresGrad,
  retain_grad: unchanged,
}
