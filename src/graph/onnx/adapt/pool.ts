import { type Dim, isSymbolic } from '../../dims/index.ts'
import { type Window, windowedDims } from '../../ops/window.ts'
import { type Adapter, editing, int, type OldCall } from './adapter.ts'

/**
 * A last window that would start in the padding does not count (https://github.com/onnx/onnx/pull/5741, said from opset 22
 * on). onnxruntime's kernels leave it out at every opset, but at the canonical one its shape inference counts it, and
 * refuses the model: windows of numeric sizes are said without `ceil_mode`, by padding at the end.
 */
export const pools: readonly Adapter[] = ['AveragePool', 'LpPool', 'MaxPool'].map((op) =>
  editing(op, Number.POSITIVE_INFINITY, (call) => {
    if (op === 'LpPool') wholeNorm(call)
    if (call.node.attribute('ceil_mode', 'int') === 1) sayWithoutCeil(call)
  }),
)

/** Opset 2: the norm is an integer. */
export const globalLpPool = editing('GlobalLpPool', 2, wholeNorm)

function wholeNorm(call: OldCall): void {
  if (call.opset >= 2) return
  const p = call.node.attribute('p', 'float') ?? 2
  if (!Number.isInteger(p)) call.refuse(`p is ${p}`)
  call.node.setAttribute('p', int(p))
}

function sayWithoutCeil({ node }: OldCall): void {
  const { type } = node.input(0)
  const kernel = node.attribute('kernel_shape', 'ints')
  if (type?.kind !== 'tensor' || !type.dims || !kernel) return
  const spatial = type.dims.slice(2)
  const ones = kernel.map(() => 1)
  const window: Window = {
    kernel,
    strides: node.attribute('strides', 'ints') ?? ones,
    dilations: node.attribute('dilations', 'ints') ?? ones,
    pads: node.attribute('pads', 'ints') ?? [...ones, ...ones].map(() => 0),
    autoPad: node.attribute('auto_pad', 'string') ?? 'NOTSET',
  }
  const pads = padsWithoutCeil(spatial, window)
  if (
    !pads ||
    (node.op === 'AveragePool' && countsPadding(node.attribute('count_include_pad', 'int'), pads, window))
  )
    return
  node.setAttribute('pads', { type: 'ints', value: pads })
  node.setAttribute('ceil_mode', int(0))
}

/** Padding that makes the last windows whole; undefined where none is left out, or sizes are not known. */
function padsWithoutCeil(spatial: readonly Dim[], window: Window): number[] | undefined {
  const { kernel, strides, dilations, pads, autoPad } = window
  if (autoPad !== 'NOTSET' || spatial.length !== kernel.length || spatial.some(isSymbolic)) return undefined
  if (
    strides.length !== kernel.length ||
    dilations.length !== kernel.length ||
    pads.length !== 2 * kernel.length
  )
    return undefined
  const counts = windowedDims(spatial, window, true).map(Number)
  const missing = counts.map((count, axis) => {
    const reach = (Number(kernel[axis]) - 1) * (dilations[axis] ?? 1) + 1
    const padded = Number(spatial[axis]) + (pads[axis] ?? 0) + (pads[axis + kernel.length] ?? 0)
    return (count - 1) * (strides[axis] ?? 1) + reach - padded
  })
  // Rounding up covers the padding; a window that is left out leaves some of it bare, less than a stride.
  if (!missing.some((end) => end < 0) || missing.some((end, axis) => -end >= (strides[axis] ?? 1)))
    return undefined
  const whole = pads.map((pad, at) =>
    at < kernel.length ? pad : pad + Math.max(0, missing[at - kernel.length] ?? 0),
  )
  return whole.every((pad, at) => pad < Number(kernel[at % kernel.length])) ? whole : undefined
}

/** Whether new padding would be counted in averages. */
const countsPadding = (counted: number | undefined, pads: readonly number[], window: Window): boolean =>
  counted === 1 && pads.some((pad, at) => pad !== window.pads[at])
