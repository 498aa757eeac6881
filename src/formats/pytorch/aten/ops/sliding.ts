import {
  add,
  composites,
  type Dim,
  floorDiv,
  mul,
  sub,
  tensorOf,
  type Value,
} from '../../../../graph/index.ts'
import type { Arguments } from '../arguments.ts'
import type { OperatorContext } from '../context.ts'
import type { Evaluate, OperatorTable } from '../operator.ts'

/** A window that slides along one axis. */
interface Sliding {
  readonly size: number
  readonly step: number
  readonly dilation: number
}

/** How often a window fits: ⌊(extent − reach) / step⌋ + 1. */
function countOf(extent: Dim, { size, step, dilation }: Sliding): Dim {
  return add(floorDiv(sub(extent, dilation * (size - 1) + 1), step), 1)
}

/** x with that axis as two: [.., windows, size, ..]. */
function windows(c: OperatorContext, x: Value, axis: number, sliding: Sliding): Value {
  const count = countOf(x.dims[axis] ?? 1, sliding)
  const starts = c.b.mul(composites.rangeOf(c.b, count), c.number(sliding.step, 'int64'))
  const offsets = c.b.int64s(Array.from({ length: sliding.size }, (_, at) => at * sliding.dilation))
  return c.b.gather(x, c.b.add(c.b.unsqueeze(starts, c.b.int64s([1])), offsets), { axis })
}

/** `x.unfold(dim, size, step)`: windows along a dim, as a view; their elements become the last one. */
const unfold: Evaluate = (c, args) => {
  const self = args.tensor('self')
  const axis = c.axis(args.number('dimension'), self.rank)
  const [size, step] = [args.number('size'), args.number('step')]
  const { strides, offset } = self.layout
  const distance = strides?.[axis] ?? 1
  const refuse = () => c.refuse('a write to windows, which may overlap')
  return c.view(self, {
    regenerate: (value) =>
      composites.moveAxis(c.b, windows(c, value, axis, { size, step, dilation: 1 }), axis + 1, -1),
    scatter: refuse,
    checkWrite: refuse,
    layout: { strides: strides && [...strides.with(axis, mul(distance, step)), distance], offset },
  })
}

/** Geometry of image patches, for height and width. */
function patches(args: Arguments): readonly [Sliding, Sliding] {
  const [size, step, dilation] = [
    args.numbers('kernel_size'),
    args.numbers('stride'),
    args.numbers('dilation'),
  ]
  const along = (axis: number): Sliding => ({
    size: size[axis] ?? 1,
    step: step[axis] ?? 1,
    dilation: dilation[axis] ?? 1,
  })
  return [along(0), along(1)]
}

/** Patches of an image [N, C, H, W] as columns [N, C·kh·kw, L]. */
const imageToColumns: Evaluate = (c, args) => {
  const x = args.value('self')
  if (x.rank !== 4) return c.refuse('an image without a batch')
  const [pad = 0, padWidth = 0] = args.numbers('padding')
  const [rows, columns] = patches(args)
  const padded = composites.padAxes(
    c.b,
    x,
    new Map([
      [2, [pad, pad]],
      [3, [padWidth, padWidth]],
    ]),
  )
  const byRow = windows(c, padded, 2, rows)
  const apart = windows(c, byRow, 4, columns)
  const ordered = c.b.transpose(apart, { perm: [0, 1, 3, 5, 2, 4] })
  const [batch = 1, channels = 1, , , high = 1, wide = 1] = ordered.dims
  return c.wrap(c.reshape(ordered, [batch, mul(channels, rows.size * columns.size), mul(high, wide)]))
}

/**
 * The inverse, where patches that overlap are added: a transposed convolution of each channel whose kernels have a single
 * 1, one for each place of a patch.
 */
const columnsToImage: Evaluate = (c, args) => {
  const x = args.value('self')
  const [height = 1, width = 1] = args.ints('output_size')
  const [rows, columns] = patches(args)
  const [batch = 1, depth = 1] = x.dims
  const area = rows.size * columns.size
  if (x.rank !== 3 || typeof depth !== 'number')
    return c.refuse('columns without a batch, or of a dynamic depth')
  const pads = args.numbers('padding')
  const [padHeight = 0, padWidth = 0] = pads
  const counts = [
    countOf(add(height, 2 * padHeight), rows),
    countOf(add(width, 2 * padWidth), columns),
  ] as const
  const apart = c.reshape(x, [batch, depth, ...counts])
  const image = c.b.convTranspose(apart, placement(c, x, depth / area, rows.size, columns.size), {
    kernel_shape: [rows.size, columns.size],
    strides: [rows.step, columns.step],
    dilations: [rows.dilation, columns.dilation],
    group: depth / area,
  })
  const whole = composites.padAxes(
    c.b,
    image,
    rest(image, [add(height, 2 * padHeight), add(width, 2 * padWidth)]),
  )
  return c.wrap(
    [height, width].reduce<Value>(
      (y, size, axis) => composites.narrow(c.b, y, axis + 2, pads[axis] ?? 0, size),
      whole,
    ),
  )
}

/** What the last patch leaves over, as padding at the end. */
const rest = (image: Value, sizes: readonly Dim[]): Map<number, readonly [Dim, Dim]> =>
  new Map(sizes.map((size, axis) => [axis + 2, [0, sub(size, image.dims[axis + 2] ?? 0)]]))

/** [C·kh·kw, 1, kh, kw]: place p of a patch goes to place p. */
function placement(c: OperatorContext, x: Value, channels: number, high: number, wide: number): Value {
  const area = high * wide
  const weights = new Float32Array(channels * area * area)
  for (let at = 0; at < channels * area; at++) weights[at * area + (at % area)] = 1
  return c.cast(c.b.constant(tensorOf('float32', [channels * area, 1, high, wide], weights)), x.dtype)
}

/** Windows that slide, as tensors. */
export const SLIDING: OperatorTable = { unfold, im2col: imageToColumns, col2im: columnsToImage }
