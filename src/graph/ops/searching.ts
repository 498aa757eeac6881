import { type Dim, product } from '../dims/index.ts'
import type { InferenceContext } from '../inference/context.ts'
import { type OutputInfo, tensorInfo } from '../inference/output-info.ts'
import { withDim } from '../inference/shared.ts'
import { operator } from './schema.ts'

/** Operators whose result's size, or order, is up to the data. */
export const searching = {
  /** boxes [B, S, 4], scores [B, C, S] → [selected, 3] of (batch, class, box). */
  nonMaxSuppression: operator({
    op: 'NonMaxSuppression',
    since: 11,
    inputs: ['boxes', 'scores', 'max_output_boxes_per_class?', 'iou_threshold?', 'score_threshold?'],
    outputs: ['selected_indices'],
    attributes: { center_point_box: 'int' },
    infer: inferNonMaxSuppression,
  }),
  /** → [rank, found]. Of a scalar [0, found], says the specification, and onnxruntime gives [1, found]. */
  nonZero: operator({
    op: 'NonZero',
    since: 13,
    inputs: ['X'],
    outputs: ['Y'],
    attributes: {},
    anyRank: true,
    infer: (context) => {
      const dims = context.knownDims(0)
      if (!dims) return [tensorInfo('int64', [context.unbackedDim(), context.unbackedDim()])]
      const most = context.bounds(product(dims))[1]
      return [tensorInfo('int64', [dims.length || context.unbackedDim(1), context.unbackedDim(most)])]
    },
  }),
  topK: operator({
    op: 'TopK',
    since: 11,
    inputs: ['X', 'K'],
    outputs: ['Values', 'Indices'],
    attributes: { axis: 'int', largest: 'int', sorted: 'int' },
    infer: inferTopK,
  }),
  unique: operator({
    op: 'Unique',
    since: 11,
    inputs: ['X'],
    outputs: ['Y', 'indices?', 'inverse_indices?', 'counts?'],
    attributes: { axis: 'int', sorted: 'int' },
    infer: inferUnique,
  }),
} as const

function inferNonMaxSuppression(context: InferenceContext): OutputInfo[] {
  const [batch = 0, boxes = 0] = context.dims(0)
  const [, classes = 0] = context.dims(1)
  const perClass = context.scalar(2) ?? boxes
  const most = Math.min(context.bounds(perClass)[1], context.bounds(boxes)[1])
  const [, groups] = context.bounds(product([batch, classes]))
  return [tensorInfo('int64', [context.unbackedDim(most === 0 ? 0 : most * groups), 3])]
}

function inferTopK(context: InferenceContext): OutputInfo[] {
  const dims = context.dims(0)
  const axis = context.axis(context.int('axis', -1), dims.length)
  const size = dims[axis] ?? 0
  const count = context.scalar(1) ?? context.unbackedDim(context.bounds(size)[1])
  if (typeof count === 'number' && typeof size === 'number' && count > size)
    context.fail(`K is ${count} and the axis has ${size} elements`)
  const found = withDim(dims, axis, count)
  return [tensorInfo(context.dtype(0), found), tensorInfo('int64', found)]
}

/** The inverse has one entry for every element, or every slice along `axis`, of X. */
function inferUnique(context: InferenceContext): OutputInfo[] {
  const dims = context.dims(0)
  const given = context.attribute('axis', 'int')
  const axis = given === undefined ? undefined : context.axis(given, dims.length)
  const total: Dim = axis === undefined ? product(dims) : (dims[axis] ?? 0)
  const found = context.unbackedDim(context.bounds(total)[1])
  const values = axis === undefined ? [found] : withDim(dims, axis, found)
  const positions = tensorInfo('int64', [found])
  return [tensorInfo(context.dtype(0), values), positions, tensorInfo('int64', [total]), positions]
}
