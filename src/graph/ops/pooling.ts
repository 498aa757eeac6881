import { add, type Dim, mul, sub } from '../dims/index.ts'
import type { InferenceContext } from '../inference/context.ts'
import { type OutputInfo, tensorInfo } from '../inference/output-info.ts'
import { operator, unary } from './schema.ts'
import { fittingDims, geometry, windowOf } from './window.ts'

const GEOMETRY = {
  auto_pad: 'string',
  ceil_mode: 'int',
  dilations: 'ints',
  kernel_shape: 'ints!',
  pads: 'ints',
  strides: 'ints',
} as const

/** Pooling of X [N, C, D1…] along its spatial axes. */
export const pooling = {
  averagePool: operator({
    op: 'AveragePool',
    since: 19,
    inputs: ['X'],
    outputs: ['Y'],
    attributes: { ...GEOMETRY, count_include_pad: 'int' },
    infer: (context) => [tensorInfo(context.dtype(0), pooledDims(context))],
  }),
  globalAveragePool: unary('GlobalAveragePool', 1, ['X', 'Y'], {}, inferGlobal),
  globalLpPool: unary('GlobalLpPool', 2, ['X', 'Y'], { p: 'int' }, inferGlobal),
  globalMaxPool: unary('GlobalMaxPool', 1, ['X', 'Y'], {}, inferGlobal),
  lpPool: operator({
    op: 'LpPool',
    since: 18,
    inputs: ['X'],
    outputs: ['Y'],
    attributes: { ...GEOMETRY, p: 'int' },
    infer: (context) => [tensorInfo(context.dtype(0), pooledDims(context))],
  }),
  /** Indices count in the flattened X, batch and channels included. */
  maxPool: operator({
    op: 'MaxPool',
    since: 12,
    inputs: ['X'],
    outputs: ['Y', 'Indices?'],
    attributes: { ...GEOMETRY, storage_order: 'int' },
    infer: (context) => {
      const dims = pooledDims(context)
      return [tensorInfo(context.dtype(0), dims), tensorInfo('int64', dims)]
    },
  }),
  /** rois [R, 5] → [R, C, height, width]. */
  maxRoiPool: operator({
    op: 'MaxRoiPool',
    since: 1,
    inputs: ['X', 'rois'],
    outputs: ['Y'],
    attributes: { pooled_shape: 'ints!', spatial_scale: 'float' },
    infer: (context) => {
      const [, channels = 0] = context.dims(0)
      const [rois = 0] = context.dims(1)
      return [tensorInfo(context.dtype(0), [rois, channels, ...context.requiredInts('pooled_shape')])]
    },
  }),
  maxUnpool: operator({
    op: 'MaxUnpool',
    since: 11,
    inputs: ['X', 'I', 'output_shape?'],
    outputs: ['output'],
    attributes: { kernel_shape: 'ints!', pads: 'ints', strides: 'ints' },
    infer: inferMaxUnpool,
  }),
  /** rois [R, 4], one batch index each → [R, C, height, width]. */
  roiAlign: operator({
    op: 'RoiAlign',
    since: 16,
    inputs: ['X', 'rois', 'batch_indices'],
    outputs: ['Y'],
    attributes: {
      coordinate_transformation_mode: 'string',
      mode: 'string',
      output_height: 'int',
      output_width: 'int',
      sampling_ratio: 'int',
      spatial_scale: 'float',
    },
    ranked: [0, 1],
    infer: (context) => {
      const [, channels = 0] = context.dims(0)
      const [boxes = 0] = context.dims(1)
      const [images = boxes] = context.knownDims(2) ?? []
      const rois = context.sameDim(boxes, images, (a, b) => `there are ${a} regions and ${b} batch indices`)
      const size = [context.int('output_height', 1), context.int('output_width', 1)]
      return [tensorInfo(context.dtype(0), [rois, channels, ...size])]
    },
  }),
} as const

function pooledDims(context: InferenceContext): Dim[] {
  const [batch = 0, channels = 0, ...spatial] = context.dims(0)
  const kernel = context.requiredInts('kernel_shape')
  if (kernel.length !== spatial.length)
    context.fail(`X has ${spatial.length} spatial axes and kernel_shape has ${kernel.length} entries`)
  const ceil = context.int('ceil_mode', 0) !== 0
  return [batch, channels, ...fittingDims(context, spatial, windowOf(context, kernel), ceil)]
}

function inferGlobal(context: InferenceContext): OutputInfo[] {
  const dims = context.knownDims(0)
  return [
    tensorInfo(
      context.dtype(0),
      dims?.map((dim, axis) => (axis < 2 ? dim : 1)),
    ),
  ]
}

/** (size − 1)·stride + kernel − pads along every spatial axis, unless the shape is given. */
function inferMaxUnpool(context: InferenceContext): OutputInfo[] {
  const [batch = 0, channels = 0, ...spatial] = context.dims(0)
  if (context.inputs[2]) {
    const dims = context.content(2) ?? context.dims(0).map(() => context.unbackedDim())
    return [tensorInfo(context.dtype(0), dims)]
  }
  const kernel = context.requiredInts('kernel_shape')
  const strides = geometry(context, 'strides', kernel.length, 1)
  const pads = geometry(context, 'pads', 2 * kernel.length, 0)
  const sizes = spatial.map((size, axis) => {
    const taken = (pads[axis] ?? 0) + (pads[axis + kernel.length] ?? 0)
    return add(mul(sub(size, 1), strides[axis] ?? 1), (kernel[axis] ?? 1) - taken)
  })
  return [tensorInfo(context.dtype(0), [batch, channels, ...sizes])]
}
