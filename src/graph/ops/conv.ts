import { add, type Dim, floorDiv, mul, sub } from '../dims/index.ts'
import type { InferenceContext } from '../inference/context.ts'
import { type OutputInfo, tensorInfo } from '../inference/output-info.ts'
import { operator } from './schema.ts'

/** https://onnx.ai/onnx/operators/onnx__Conv.html. X [N, C, D1…], W [M, C/group, k1…], B [M]. */
export const conv = operator({
  op: 'Conv',
  since: 11,
  inputs: ['X', 'W', 'B?'],
  outputs: ['Y'],
  attributes: {
    auto_pad: 'string',
    dilations: 'ints',
    group: 'int',
    kernel_shape: 'ints',
    pads: 'ints',
    strides: 'ints',
  },
  infer: inferConv,
})

function inferConv(context: InferenceContext): OutputInfo[] {
  const [batch = 0, ...spatial] = context.dims(0).toSpliced(1, 1)
  const [features = 0, , ...kernel] = context.dims(1)
  if (kernel.length !== spatial.length)
    context.fail(`X has ${spatial.length} spatial dims and W has ${kernel.length}`)
  const window = windowOf(context, kernel)
  return [tensorInfo(context.dtype(0), [batch, features, ...windowedDims(spatial, window)])]
}

/** Geometry of a sliding window: one number a spatial axis; `pads` holds all begins, then all ends. */
export interface Window {
  readonly kernel: readonly Dim[]
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
  readonly pads: readonly number[]
  readonly autoPad: string
}

export function windowOf(context: InferenceContext, kernel: readonly Dim[]): Window {
  const ones = kernel.map(() => 1)
  return {
    kernel,
    strides: context.ints('strides') ?? ones,
    dilations: context.ints('dilations') ?? ones,
    pads: context.ints('pads') ?? [...ones, ...ones].map(() => 0),
    autoPad: context.string('auto_pad', 'NOTSET'),
  }
}

/** ⌊(size + pads − dilation·(kernel − 1) − 1) / stride⌋ + 1 along every spatial axis. */
export function windowedDims(
  spatial: readonly Dim[],
  { kernel, strides, dilations, pads, autoPad }: Window,
): Dim[] {
  return spatial.map((size, axis) => {
    const stride = strides[axis] ?? 1
    if (autoPad === 'SAME_UPPER' || autoPad === 'SAME_LOWER') return floorDiv(add(size, stride - 1), stride)
    const padding = autoPad === 'VALID' ? 0 : (pads[axis] ?? 0) + (pads[axis + spatial.length] ?? 0)
    const reach = add(mul(sub(kernel[axis] ?? 1, 1), dilations[axis] ?? 1), 1)
    return add(floorDiv(sub(add(size, padding), reach), stride), 1)
  })
}
