import { type Builder, createBuilder } from '../../../build/builder.ts'
import { broadcastTo, cast, normalAxis, number } from '../../../build/composites/index.ts'
import { Graph } from '../../../graph.ts'
import { tensorData } from '../../../tensor.ts'
import type { Value } from '../../../value.ts'
import { tensorType } from '../../../value-type.ts'
import type { Adapter, OldCall } from '../adapter.ts'

/** Opset 26, https://onnx.ai/onnx/operators/onnx__CumProd.html: a Scan that multiplies. */
export const cumProd: Adapter = {
  op: 'CumProd',
  below: Number.POSITIVE_INFINITY,
  adapt: (call) => {
    const { builder: b, node } = call
    const [x, axis, rank] = [node.input(0), node.input(1), call.rank(0)]
    const known = axis.tensor && tensorData(axis.tensor)[0]
    if (known !== undefined) return [products(call, x, normalAxis(Number(known), rank))]
    return [b.reshape(products(call, aroundAxis(b, x, axis), 1), b.shape(x), { allowzero: 1 })]
  },
}

function products({ builder: b, node, model }: OldCall, x: Value, axis: number): Value {
  const dims = x.dims.toSpliced(axis, 1)
  const body = new Graph('product')
  const inner = createBuilder(model, { graph: body, outer: b.at })
  const [before, element] = [
    body.addInput('before', tensorType(x.dtype, dims)),
    body.addInput('element', tensorType(x.dtype, dims)),
  ]
  const next = inner.mul(before, element)
  body.addOutput('next', next)
  body.addOutput('given', inner.identity(node.attribute('exclusive', 'int') === 1 ? before : next))
  const direction = node.attribute('reverse', 'int') === 1 ? 1 : 0
  const [, results = x] = b.scan([broadcastTo(b, number(b, x.dtype, 1), dims), x], {
    body,
    num_scan_inputs: 1,
    scan_input_axes: [axis],
    scan_output_axes: [axis],
    scan_input_directions: [direction],
    scan_output_directions: [direction],
  })
  return results
}

/** x as [before, size, behind] of an axis that only the run knows. */
function aroundAxis(b: Builder, x: Value, axis: Value): Value {
  const [sizes, zero, one, rank] = [b.shape(x), b.int64s([0]), b.int64s([1]), b.int64s([x.rank])]
  const given = b.reshape(cast(b, axis, 'int64'), one)
  const at = b.where(b.less(given, zero), b.add(given, rank), given)
  const outer = b.reduceProd(b.slice(sizes, zero, at), { keepdims: 1 })
  return b.reshape(x, b.concat([outer, b.gather(sizes, at), b.int64s([-1])], { axis: 0 }))
}
