import type { Dim } from '../../dims/index.ts'
import { InferenceContext } from '../../inference/context.ts'
import { broadcastDims } from '../../inference/shared.ts'
import type { Value } from '../../value.ts'
import type { Builder } from '../builder.ts'
import { expandTo, sameDims } from './shaping.ts'

/** The dims that all of them broadcast to. @throws ModelError INVALID_NODE when they do not. */
export function broadcastShape(b: Builder, shapes: readonly (readonly Dim[])[]): readonly Dim[] {
  const call = { op: 'Expand', inputs: [], attributes: new Map(), where: b.origin }
  const context = new InferenceContext(b.model, call)
  return shapes.reduce<readonly Dim[]>((sum, dims) => broadcastDims(context, sum, dims), [])
}

/** Tensors expanded to the dims they broadcast to together. */
export function broadcastTogether(b: Builder, values: readonly Value[]): readonly Value[] {
  const [first, ...others] = values
  if (!first || others.every(({ dims }) => sameDims(dims, first.dims))) return values
  const dims = broadcastShape(
    b,
    values.map((value) => value.dims),
  )
  return values.map((value) => expandTo(b, value, dims))
}

/** x expanded to exactly these dims. */
export function broadcastTo(b: Builder, x: Value, dims: readonly Dim[]): Value {
  return expandTo(b, x, dims)
}
