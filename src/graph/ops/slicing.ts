import { add, type Dim, sum } from '../dims/index.ts'
import type { InferenceContext } from '../inference/context.ts'
import { type OutputInfo, tensorInfo } from '../inference/output-info.ts'
import { namedAxes, staticDims, withDim } from '../inference/shared.ts'
import { concatMap, FILL, moved, pickMap } from '../kernels/index-maps.ts'
import { elementCount } from '../tensor.ts'
import { operator } from './schema.ts'
import { inferSlice } from './slice.ts'
import { inferSplit } from './split.ts'

/** Cutting tensors along axes and joining them. */
export const slicing = {
  centerCropPad: operator({
    op: 'CenterCropPad',
    since: 18,
    inputs: ['input_data', 'shape'],
    outputs: ['output_data'],
    attributes: { axes: 'ints' },
    infer: inferCenterCropPad,
  }),
  concat: operator({
    op: 'Concat',
    since: 13,
    inputs: ['inputs...'],
    outputs: ['concat_result'],
    attributes: { axis: 'int!' },
    infer: inferConcat,
  }),
  pad: operator({
    op: 'Pad',
    since: 21,
    inputs: ['data', 'pads', 'constant_value?', 'axes?'],
    outputs: ['output'],
    attributes: { mode: 'string' },
    infer: inferPad,
  }),
  slice: operator({
    op: 'Slice',
    since: 13,
    inputs: ['data', 'starts', 'ends', 'axes?', 'steps?'],
    outputs: ['output'],
    attributes: {},
    ranked: [0],
    infer: inferSlice,
  }),
  split: operator({
    op: 'Split',
    since: 18,
    inputs: ['input', 'split?'],
    outputs: ['outputs...'],
    attributes: { axis: 'int', num_outputs: 'int' },
    infer: inferSplit,
  }),
} as const

function inferConcat(context: InferenceContext): OutputInfo[] {
  const first = context.dims(0)
  const axis = context.axis(context.requiredInt('axis'), first.length)
  const parts = context.inputs.map((_, index) => context.dims(index))
  const dims = parts.slice(1).reduce<readonly Dim[]>((one, part) => joined(context, one, part, axis), first)
  const length = sum(parts.map((part) => part[axis] ?? 0))
  return [
    tensorInfo(context.sharedDtype(), withDim(dims, axis, length), () => joinedContent(context, parts, axis)),
  ]
}

function joinedContent(
  context: InferenceContext,
  parts: readonly (readonly Dim[])[],
  axis: number,
): Dim[] | undefined {
  const shapes = parts.map((part) => staticDims(part))
  const contents = context.inputs.map((_, index) => context.content(index))
  const isKnown =
    contents.every((content) => content !== undefined) && shapes.every((part) => part !== undefined)
  return isKnown ? moved(contents.flat(), concatMap(shapes, axis)) : undefined
}

/** Axes but the one that is joined must agree; of two names for one size the number is kept. */
function joined(context: InferenceContext, a: readonly Dim[], b: readonly Dim[], axis: number): Dim[] {
  if (a.length !== b.length) context.fail(`ranks ${a.length} and ${b.length} differ`)
  return a.map((left, index) => {
    const right = b[index] ?? 0
    if (index === axis) return left
    return context.sameDim(
      left,
      right,
      (one, other) => `sizes ${one} and ${other} differ along axis ${index}`,
    )
  })
}

function inferPad(context: InferenceContext): OutputInfo[] {
  const dims = context.dims(0)
  const fill = staticDims(context.knownDims(2))
  if (fill && elementCount(fill) !== 1) context.fail(`the value it fills with has dims [${fill}]`)
  if (context.inputs[2]) context.sharedDtype(0, 2)
  const pads = context.content(1)
  const axes = namedAxes(context, 3, dims.length)
  if (!pads || !axes)
    return [
      tensorInfo(
        context.dtype(0),
        dims.map(() => context.unbackedDim()),
      ),
    ]
  if (pads.length !== 2 * axes.length) context.fail(`pads has ${pads.length} entries for ${axes.length} axes`)
  const padded = [...dims]
  axes.forEach((axis, at) => {
    padded[axis] = add(dims[axis] ?? 0, add(pads[at] ?? 0, pads[at + axes.length] ?? 0))
  })
  return [tensorInfo(context.dtype(0), padded, () => paddedContent(context, pads, axes))]
}

function paddedContent(
  context: InferenceContext,
  pads: readonly Dim[],
  axes: readonly number[],
): Dim[] | undefined {
  const content = context.content(0)
  const from = staticDims(context.dims(0))
  const widths = staticDims(pads)
  const fill = context.inputs[2] ? context.scalar(2) : 0
  if (!content || !from || !widths || context.string('mode', 'constant') !== 'constant') return undefined
  const picks = from.map((size, axis) => {
    const at = axes.indexOf(axis)
    const begin = at < 0 ? 0 : (widths[at] ?? 0)
    const length = size + begin + (at < 0 ? 0 : (widths[at + axes.length] ?? 0))
    return Array.from({ length: Math.max(length, 0) }, (_, index) =>
      index < begin || index - begin >= size ? FILL : index - begin,
    )
  })
  return moved(content, pickMap(from, picks), fill)
}

function inferCenterCropPad(context: InferenceContext): OutputInfo[] {
  const dims = context.dims(0)
  const axes = context.axes(context.ints('axes') ?? dims.map((_, axis) => axis), dims.length)
  const sizes = context.content(1) ?? axes.map(() => context.unbackedDim())
  return [
    tensorInfo(
      context.dtype(0),
      dims.map((dim, axis) => sizes[axes.indexOf(axis)] ?? dim),
    ),
  ]
}
