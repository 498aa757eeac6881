import { type Dim, tensorOf, tensorType, type Value } from '../../../../graph/index.ts'
import { TensorHandle, tuple } from '../../evaluator/values/index.ts'
import type { Arguments } from '../arguments.ts'
import type { OperatorContext } from '../context.ts'
import type { Evaluate, OperatorTable } from '../operator.ts'

/**
 * Boxes [N, 4] that no better one covers by more than the threshold: their indices, the best score first. Equal scores come in
 * the order of the boxes, in torchvision and in onnxruntime.
 */
const nms: Evaluate = (c, args) => {
  const { b } = c
  const [boxes, scores] = [args.value('dets'), args.value('scores')].map((value) => c.cast(value, 'float32'))
  if (!boxes || !scores) return c.fail('boxes and scores are needed')
  const selected = b.nonMaxSuppression(
    b.unsqueeze(boxes, b.int64s([0])),
    b.unsqueeze(scores, b.int64s([0, 1])),
    {
      max_output_boxes_per_class: c.dims([boxes.dims[0] ?? 0]),
      iou_threshold: b.constant(tensorOf('float32', [1], [args.number('iou_threshold')])),
    },
  )
  return c.wrap(b.gather(selected, b.scalar('int64', 2), { axis: 1 }))
}

/** Rois [K, 5] of (image, x1, y1, x2, y2) as what ONNX takes: the boxes, and which image each lies in. */
function regions(c: OperatorContext, rois: Value): { readonly boxes: Value; readonly images: Value } {
  const { b } = c
  const [from, to, axes] = [1, 5, 1].map((at) => b.int64s([at]))
  if (!from || !to) return c.fail('rois are needed')
  const boxes = b.slice(rois, from, to, { axes })
  return { boxes, images: c.cast(b.gather(rois, b.scalar('int64', 0), { axis: 1 }), 'int64') }
}

const roiAlign: Evaluate = (c, args) => {
  const { boxes, images } = regions(c, args.value('rois'))
  const { spatial_scale, output_height, output_width } = pooledTo(args)
  return c.wrap(
    c.b.roiAlign(args.value('input'), boxes, images, {
      coordinate_transformation_mode: args.bool('aligned') ? 'half_pixel' : 'output_half_pixel',
      mode: 'avg',
      output_height,
      output_width,
      sampling_ratio: Math.max(args.number('sampling_ratio'), 0),
      spatial_scale,
    }),
  )
}

const pooledTo = (args: Arguments) => ({
  spatial_scale: args.number('spatial_scale'),
  output_height: args.number('pooled_height'),
  output_width: args.number('pooled_width'),
})

/** The maxima. Where in the image they were, which torchvision gives for its gradient, is refused where it is read. */
const roiPool: Evaluate = (c, args) => {
  const { spatial_scale, output_height, output_width } = pooledTo(args)
  const pooled = c.b.maxRoiPool(args.value('input'), args.value('rois'), {
    pooled_shape: [output_height, output_width],
    spatial_scale,
  })
  const places = new TensorHandle({
    type: tensorType('int32', pooled.dims),
    make: () => c.refuse('the places of the maxima, its second result'),
  })
  return tuple([c.wrap(pooled), places])
}

const deformConv2d: Evaluate = (c, args) => {
  const weight = args.value('weight')
  const kernel = weight.dims
    .slice(2)
    .map((size: Dim) => (typeof size === 'number' ? size : c.refuse('a kernel of dynamic size')))
  const [stride, pad, dilation] = ['stride', 'pad', 'dilation'].map((name) => [
    args.number(`${name}_h`),
    args.number(`${name}_w`),
  ])
  return c.wrap(
    c.b.deformConv(args.value('input'), weight, args.value('offset'), {
      B: args.value('bias'),
      mask: args.bool('use_mask') ? args.value('mask') : undefined,
      kernel_shape: kernel,
      strides: stride,
      pads: [...(pad ?? []), ...(pad ?? [])],
      dilations: dilation,
      group: args.number('groups'),
      offset_group: args.number('offset_groups'),
    }),
  )
}

/** torchvision's own operators. */
export const VISION: OperatorTable = {
  'torchvision.nms': nms,
  'torchvision.roi_align': roiAlign,
  'torchvision.roi_pool': roiPool,
  'torchvision.deform_conv2d': deformConv2d,
}
