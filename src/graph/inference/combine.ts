import type { Dim } from '../dims/index.ts'
import { broadcastMap, moved } from '../kernels/index-maps.ts'
import { isShort } from './content.ts'
import type { InferenceContext } from './context.ts'
import { allKnown, staticDims } from './shared.ts'

/** The known integers of an input as the dims it broadcasts to see them. */
export function broadcastContent(
  context: InferenceContext,
  index: number,
  to: readonly Dim[] | undefined,
): readonly Dim[] | undefined {
  const content = context.content(index)
  const from = staticDims(context.knownDims(index))
  const wanted = staticDims(to)
  if (!content || !from || !wanted || !isShort(wanted)) return undefined
  return moved(content, broadcastMap(from, wanted))
}

/** Known integers of an elementwise operator on broadcast inputs; undefined when one of them is not known. */
export function combine(
  context: InferenceContext,
  to: readonly Dim[] | undefined,
  rule: (...operands: readonly Dim[]) => Dim | undefined,
): Dim[] | undefined {
  const inputs: (readonly Dim[])[] = []
  for (const index of context.inputs.keys()) {
    const content = broadcastContent(context, index, to)
    if (!content) return undefined // before the next one, a constant perhaps, is read
    inputs.push(content)
  }
  return allKnown(inputs[0]?.map((_, at) => rule(...inputs.map((input) => input[at] ?? 0))))
}
