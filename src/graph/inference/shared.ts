import { type Dim, maxDim } from '../dims/index.ts'
import type { InferenceContext } from './context.ts'
import { type OutputInfo, tensorInfo } from './output-info.ts'

/** One output of the first input's dtype and dims. */
export const sameAsFirst = (context: InferenceContext): OutputInfo[] => [
  tensorInfo(context.dtype(0), context.knownDims(0)),
]

/** As `sameAsFirst`, for integers and floats alike, with the known integers mapped one by one. */
export const mapContent =
  (map: (dim: Dim, context: InferenceContext) => Dim | undefined) =>
  (context: InferenceContext): OutputInfo[] => [
    tensorInfo(
      context.dtype(0),
      context.knownDims(0),
      allKnown(context.content(0)?.map((dim) => map(dim, context))),
    ),
  ]

/** One output of that dtype and the first input's dims. */
export const firstDimsAs =
  (dtype: 'bool' | 'int64' | 'float32') =>
  (context: InferenceContext): OutputInfo[] => [tensorInfo(dtype, context.knownDims(0))]

/** The list, when no entry of it is unknown. */
export const allKnown = (dims: readonly (Dim | undefined)[] | undefined): Dim[] | undefined =>
  dims?.every((dim) => dim !== undefined) ? [...dims] : undefined

/** NumPy broadcasting (https://onnx.ai/onnx/repo-docs/Broadcasting.html). */
export function broadcastDims(context: InferenceContext, a: readonly Dim[], b: readonly Dim[]): Dim[] {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, index) => {
    const left = a[index - rank + a.length] ?? 1
    const right = b[index - rank + b.length] ?? 1
    return broadcastDim(context, left, right)
  })
}

/**
 * Of two different symbols either is 1 or both are equal, so that their maximum is right whichever holds; except that 0
 * against 1 gives 0, which only sizes that the data decides can be.
 */
export function broadcastDim(context: InferenceContext, a: Dim, b: Dim): Dim {
  if (a === b || b === 1) return a
  if (a === 1) return b
  if (typeof a === 'number' && typeof b === 'number')
    return context.fail(`dims ${a} and ${b} do not broadcast`)
  if (typeof a === 'number') return broadcastToNumber(context, b, a)
  if (typeof b === 'number') return broadcastToNumber(context, a, b)
  if (context.decide(a, '>', 1)) return a
  if (context.decide(b, '>', 1)) return b
  if (context.decide(a, '>=', 1) && context.decide(b, '>=', 1)) return maxDim(a, b)
  return context.unbackedDim(Math.max(context.bounds(a)[1], context.bounds(b)[1]))
}

function broadcastToNumber(context: InferenceContext, dim: Dim, size: number): number {
  context.require(dim, size, 1)
  return size
}

/** The dims all inputs broadcast to; undefined when the rank of one is unknown. */
export function broadcastAll(context: InferenceContext): Dim[] | undefined {
  let dims: Dim[] = []
  for (const [index, input] of context.inputs.entries()) {
    if (!input) continue
    const own = context.knownDims(index)
    if (!own) return undefined
    dims = broadcastDims(context, dims, own)
  }
  return dims
}

/** `dims` with that axis replaced. */
export const withDim = (dims: readonly Dim[], axis: number, dim: Dim): Dim[] => dims.with(axis, dim)

/** The dims where all of them are numbers. */
export const staticDims = (dims: readonly Dim[] | undefined): readonly number[] | undefined =>
  dims?.every((dim) => typeof dim === 'number') ? dims : undefined

/** Axes that an optional input names; undefined when only the data decides. */
export function namedAxes(context: InferenceContext, index: number, count: number): number[] | undefined {
  const rank = context.rank(0)
  if (!context.inputs[index]) return Array.from({ length: count }, (_, axis) => axis)
  const given = context.numbers(index)
  return given && context.axes(given, rank)
}
