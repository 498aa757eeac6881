import type { Dim } from '../dims/index.ts'
import type { Graph } from '../graph.ts'
import type { InferenceContext } from '../inference/context.ts'
import { type OutputInfo, tensorInfo } from '../inference/output-info.ts'
import { localDims, withoutLocals } from '../inference/type-join.ts'
import type { Value } from '../value.ts'
import { tensorType } from '../value-type.ts'

/** Scan: states keep their dims; elements are slices along an axis, and results are stacked along one. */
export function inferScan(context: InferenceContext): OutputInfo[] {
  const body = context.graph('body')
  const states = context.inputs.length - context.requiredInt('num_scan_inputs')
  if (states < 0 || body.inputs.length !== context.inputs.length || body.outputs.length < states)
    context.fail(`its body takes ${body.inputs.length} values and it is given ${context.inputs.length}`)
  const length = bindInputs(context, body, states)
  context.inferBody(body)
  const isLocal = localDims(context, [body])
  return [
    ...context.inputs
      .slice(0, states)
      .map((_, index) => tensorInfo(context.dtype(index), context.dims(index))),
    ...body.outputs
      .slice(states)
      .map(({ value }, index) => stacked(context, value, index, { length, isLocal })),
  ]
}

/** Gives the body's inputs their types; the number of elements is the result. */
function bindInputs(context: InferenceContext, body: Graph, states: number): Dim {
  const axes = context.ints('scan_input_axes') ?? []
  let length: Dim = 0
  for (const [index, target] of body.inputs.entries()) {
    const input = context.input(index)
    if (index < states) {
      target.type = input.type
      continue
    }
    const axis = context.axis(axes[index - states] ?? 0, input.rank)
    const extent = input.dims[axis] ?? 0
    if (index === states || typeof extent === 'number') length = extent
    target.type = tensorType(input.dtype, input.dims.toSpliced(axis, 1))
  }
  return length
}

interface Stacking {
  readonly length: Dim
  readonly isLocal: (dim: Dim) => boolean
}

function stacked(
  context: InferenceContext,
  { name, type }: Value,
  index: number,
  { length, isLocal }: Stacking,
): OutputInfo {
  const element = type && withoutLocals(context, type, isLocal)
  if (element?.kind !== 'tensor' || !element.dims) return context.fail(`the type of ${name} is not known`)
  const axis = context.axis((context.ints('scan_output_axes') ?? [])[index] ?? 0, element.dims.length + 1)
  return tensorInfo(element.dtype, element.dims.toSpliced(axis, 0, length))
}
