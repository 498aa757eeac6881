import { add, type Dim, floorDiv, mul, product, sub } from '../dims/index.ts'
import type { DType } from '../dtype.ts'
import type { InferenceContext } from '../inference/context.ts'
import { type OutputInfo, tensorInfo } from '../inference/output-info.ts'
import { operator } from './schema.ts'
import { fittingDims, geometry, windowOf } from './window.ts'

const GEOMETRY = {
  auto_pad: 'string',
  dilations: 'ints',
  group: 'int',
  kernel_shape: 'ints',
  pads: 'ints',
  strides: 'ints',
} as const

/** X [N, C, D1…], W [M, C/group, k1…], B [M] → [N, M, E1…]. */
export const convolution = {
  /** Sums overlapping blocks into an image. X [N, C·∏block, L] → [N, C, image…]. */
  col2Im: operator({
    op: 'Col2Im',
    since: 18,
    inputs: ['input', 'image_shape', 'block_shape'],
    outputs: ['output'],
    attributes: { dilations: 'ints', pads: 'ints', strides: 'ints' },
    infer: inferCol2Im,
  }),
  conv: operator({
    op: 'Conv',
    since: 11,
    inputs: ['X', 'W', 'B?'],
    outputs: ['Y'],
    attributes: GEOMETRY,
    infer: (context) => convolved(context, { x: 0, w: 1 }, context.sharedDtype()),
  }),
  convInteger: operator({
    op: 'ConvInteger',
    since: 10,
    inputs: ['x', 'w', 'x_zero_point?', 'w_zero_point?'],
    outputs: ['y'],
    attributes: GEOMETRY,
    infer: (context) => convolved(context, { x: 0, w: 1 }, 'int32'),
  }),
  /** W [C, M/group, k1…]. */
  convTranspose: operator({
    op: 'ConvTranspose',
    since: 11,
    inputs: ['X', 'W', 'B?'],
    outputs: ['Y'],
    attributes: { ...GEOMETRY, output_padding: 'ints', output_shape: 'ints' },
    infer: inferConvTranspose,
  }),
  deformConv: operator({
    op: 'DeformConv',
    since: 19,
    inputs: ['X', 'W', 'offset', 'B?', 'mask?'],
    outputs: ['Y'],
    attributes: {
      dilations: 'ints',
      group: 'int',
      kernel_shape: 'ints',
      offset_group: 'int',
      pads: 'ints',
      strides: 'ints',
    },
    infer: (context) => convolved(context, { x: 0, w: 1 }, context.sharedDtype()),
  }),
  qLinearConv: operator({
    op: 'QLinearConv',
    since: 10,
    inputs: ['x', 'x_scale', 'x_zero_point', 'w', 'w_scale', 'w_zero_point', 'y_scale', 'y_zero_point', 'B?'],
    outputs: ['y'],
    attributes: GEOMETRY,
    infer: (context) => convolved(context, { x: 0, w: 3 }, context.dtype(7)),
  }),
} as const

/** A convolution of input x with weights w, of that result dtype. */
export function convolved(
  context: InferenceContext,
  { x, w }: { readonly x: number; readonly w: number },
  dtype: DType,
): OutputInfo[] {
  const [batch = 0, channels = 0, ...spatial] = context.dims(x)
  const [features = 0, depth = 0, ...kernel] = context.dims(w)
  checkRanks(context, x, w)
  checkChannels(context, channels, mul(depth, context.int('group', 1)))
  return [tensorInfo(dtype, [batch, features, ...fittingDims(context, spatial, windowOf(context, kernel))])]
}

function checkRanks(context: InferenceContext, x: number, w: number): void {
  const [rank, weights] = [context.rank(x), context.rank(w)]
  if (rank < 3) context.fail(`the input has rank ${rank}, and needs batch, channels and spatial axes`)
  if (weights !== rank) context.fail(`the input has rank ${rank} and the weights have rank ${weights}`)
}

function checkChannels(context: InferenceContext, channels: Dim, wanted: Dim): void {
  context.sameDim(
    channels,
    wanted,
    (given, need) => `the input has ${given} channels and the weights need ${need}`,
  )
}

/** stride·(size − 1) + output_padding + dilation·(kernel − 1) + 1 − pads along every spatial axis. */
function inferConvTranspose(context: InferenceContext): OutputInfo[] {
  const [batch = 0, channels = 0, ...spatial] = context.dims(0)
  const [depth = 0, features = 0, ...kernel] = context.dims(1)
  checkRanks(context, 0, 1)
  checkChannels(context, channels, depth)
  const window = windowOf(context, kernel)
  const extra = geometry(context, 'output_padding', kernel.length, 0)
  const given = context.ints('output_shape')
  const sizes = spatial.map((size, axis): Dim => {
    const stride = window.strides[axis] ?? 1
    if (given) return given.at(axis - kernel.length) ?? context.fail('output_shape is too short')
    if (window.autoPad.startsWith('SAME')) return mul(size, stride)
    const explicit = window.autoPad === 'NOTSET'
    const pads = explicit ? (window.pads[axis] ?? 0) + (window.pads[axis + kernel.length] ?? 0) : 0
    const reach = add(mul(sub(window.kernel[axis] ?? 1, 1), window.dilations[axis] ?? 1), 1)
    return add(add(mul(sub(size, 1), stride), reach), (extra[axis] ?? 0) - pads)
  })
  const dtype = context.sharedDtype()
  return [tensorInfo(dtype, [batch, mul(features, context.int('group', 1)), ...sizes])]
}

function inferCol2Im(context: InferenceContext): OutputInfo[] {
  const [batch = 0, columns = 0] = context.dims(0)
  const block = context.content(2)
  const [axes] = context.dims(1)
  if (typeof axes !== 'number') return context.fail('the rank of the image is not known')
  const image =
    context.content(1) ?? Array.from({ length: context.newRank(axes) }, () => context.unbackedDim())
  const channels = block ? floorDiv(columns, product(block)) : context.unbackedDim()
  return [tensorInfo(context.dtype(0), [batch, channels, ...image])]
}
