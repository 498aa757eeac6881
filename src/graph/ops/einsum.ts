import type { Dim } from '../dims/index.ts'
import type { InferenceContext } from '../inference/context.ts'
import { broadcastDim, broadcastDims } from '../inference/shared.ts'

const ELLIPSIS = '...'

/** Dims that `equation` gives: `bij,bjk->bik`, with an implied right side and `...` as in NumPy. */
export function einsumDims(context: InferenceContext): Dim[] {
  const equation = context.string('equation', '').replaceAll(' ', '')
  const [left = '', right] = equation.split('->')
  const operands = left.split(',')
  if (operands.length !== context.inputs.length)
    context.fail(`equation ${equation} names ${operands.length} inputs`)
  const sizes = new Map<string, Dim>()
  let batch: Dim[] = []
  operands.forEach((operand, index) => {
    batch = broadcastDims(context, batch, bind(context, operand, index, sizes))
  })
  const labels = labelsOf(right ?? impliedResult(left))
  return labels.flatMap((label) => {
    if (label === ELLIPSIS) return batch
    return sizes.get(label) ?? context.fail(`equation ${equation} has ${label} on the right side only`)
  })
}

const labelsOf = (operand: string): string[] => operand.match(/\.\.\.|[A-Za-z]/g) ?? []

/** Binds an operand's labels to sizes; gives the dims its ellipsis stands for. */
function bind(
  context: InferenceContext,
  operand: string,
  index: number,
  sizes: Map<string, Dim>,
): readonly Dim[] {
  const labels = labelsOf(operand)
  const dims = context.dims(index)
  const at = labels.indexOf(ELLIPSIS)
  const named = at < 0 ? labels.length : labels.length - 1
  if (dims.length < named || (at < 0 && dims.length !== named))
    context.fail(`input ${index} has rank ${dims.length} and the equation says ${operand}`)
  const hidden = at < 0 ? 0 : dims.length - named
  labels.forEach((label, position) => {
    if (label === ELLIPSIS) return
    const dim = dims[at >= 0 && position > at ? position + hidden - 1 : position] ?? 1
    const known = sizes.get(label)
    sizes.set(label, known === undefined ? dim : broadcastDim(context, known, dim))
  })
  return at < 0 ? [] : dims.slice(at, at + hidden)
}

/** Without `->`: the ellipsis, then the labels that stand once, in alphabetical order. */
function impliedResult(left: string): string {
  const labels: readonly string[] = left.match(/[A-Za-z]/g) ?? []
  const once = labels.filter((label) => labels.indexOf(label) === labels.lastIndexOf(label)).sort()
  return (left.includes(ELLIPSIS) ? ELLIPSIS : '') + once.join('')
}
