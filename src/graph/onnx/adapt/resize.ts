import { elementCount, type Tensor, tensorData, tensorOf } from '../../tensor.ts'
import type { Value } from '../../value.ts'
import { type Adapter, editing, type OldCall, string } from './adapter.ts'

/** Upsample became Resize with opset 10, and takes its scales as an attribute before 9, as two of them before 7. */
export const upsample: Adapter = {
  op: 'Upsample',
  below: Number.POSITIVE_INFINITY,
  adapt: (call) => [resizeAsBefore(call, call.node.inputs[1] ?? attributeScales(call))],
}

/**
 * Opset 11 gave Resize its coordinate modes; before, it did what `asymmetric` does. Opset 13 made roi and scales optional,
 * where files wrote empty tensors.
 */
export const resize: Adapter = {
  op: 'Resize',
  below: 19,
  adapt: (call) => {
    if (call.opset < 11) return [resizeAsBefore(call, call.node.input(1))]
    dropEmptyInputs(call)
    return undefined
  },
}

function attributeScales(call: OldCall): Value {
  const scales = call.opset < 7 ? imageScales(call) : call.node.attribute('scales', 'floats')
  if (!scales) return call.refuse('attribute scales is missing')
  return call.constant(tensorOf('float32', [scales.length], scales))
}

function imageScales({ node }: OldCall): number[] | undefined {
  const [height, width] = [node.attribute('height_scale', 'float'), node.attribute('width_scale', 'float')]
  return height === undefined || width === undefined ? undefined : [1, 1, height, width]
}

function resizeAsBefore(call: OldCall, scales: Value): Value {
  const mode = call.node.attribute('mode', 'string') ?? 'nearest'
  const rounding = mode === 'nearest' ? { nearest_mode: string(nearestMode(call, scales)) } : {}
  return call.emit('Resize', [call.node.input(0), undefined, scales], {
    mode: string(mode),
    coordinate_transformation_mode: string('asymmetric'),
    ...rounding,
  })
}

/** onnxruntime rounds down where it enlarges and up where it shrinks (`SIMPLE` in its upsample.h). */
function nearestMode(call: OldCall, { tensor }: Value): 'floor' | 'ceil' {
  if (call.node.op === 'Upsample') return 'floor'
  if (!tensor) return call.refuse('its scales are known only at run time')
  const scales = Array.from(tensorData(tensor), Number)
  const [shrinks, grows] = [scales.some((scale) => scale < 1), scales.some((scale) => scale > 1)]
  if (shrinks && grows) call.refuse('it enlarges one axis and shrinks another')
  return shrinks ? 'ceil' : 'floor'
}

function dropEmptyInputs({ node }: OldCall): void {
  for (const index of [1, 2]) {
    const tensor: Tensor | undefined = node.inputs[index]?.tensor
    if (tensor && elementCount(tensor.dims) === 0) node.setInput(index, undefined)
  }
}

/** Opset 16 changed what is meant when nothing is said. */
export const roiAlign = editing('RoiAlign', 16, ({ node }) => {
  node.setAttribute('coordinate_transformation_mode', string('output_half_pixel'))
})

/** Opset 20 renamed the modes. */
export const gridSample = editing('GridSample', 20, ({ node }) => {
  const mode = node.attribute('mode', 'string') ?? 'bilinear'
  const renamed = new Map([
    ['bilinear', 'linear'],
    ['bicubic', 'cubic'],
  ])
  node.setAttribute('mode', string(renamed.get(mode) ?? mode))
})
