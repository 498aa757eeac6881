import { type Dim, maxDim } from '../dims/index.ts'
import type { InferenceContext } from './context.ts'
import { type OutputInfo, tensorInfo } from './output-info.ts'

/** One output of the first input's dtype and dims. */
export const sameAsFirst = (context: InferenceContext): OutputInfo[] => [
  { type: tensorInfo(context.dtype(0), context.dims(0)).type },
]

/**
 * NumPy broadcasting (https://onnx.ai/onnx/repo-docs/Broadcasting.html). Of two different symbols either is 1 or both
 * are equal, so that their maximum is right whichever holds.
 */
export function broadcastDims(context: InferenceContext, a: readonly Dim[], b: readonly Dim[]): Dim[] {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, index) => {
    const left = a[index - rank + a.length] ?? 1
    const right = b[index - rank + b.length] ?? 1
    return broadcastDim(context, left, right)
  })
}

function broadcastDim(context: InferenceContext, a: Dim, b: Dim): Dim {
  if (a === b || b === 1) return a
  if (a === 1) return b
  if (typeof a === 'number' && typeof b === 'number')
    return context.fail(`dims ${a} and ${b} do not broadcast`)
  if (typeof a === 'number') return a
  if (typeof b === 'number') return b
  return maxDim(a, b)
}

/** The dims all inputs broadcast to. */
export const broadcastAll = (context: InferenceContext): Dim[] =>
  context.inputs.reduce<Dim[]>((dims, input) => (input ? broadcastDims(context, dims, input.dims) : dims), [])
