import type { Dim, Node, Value } from '../../../graph/index.ts'
import { knownDims } from '../../match/types.ts'

/** An equation with a label for each axis, those of ellipses made up. */
export interface Equation {
  readonly operands: readonly (readonly string[])[]
  readonly result: readonly string[]
  readonly sizes: ReadonlyMap<string, Dim>
}

/**
 * `bij,bjk->bik` with the sizes that it is called with; undefined where a label stands twice in one operand (a diagonal), or
 * has two sizes, one of which is repeated.
 */
export function equationOf(node: Node): Equation | undefined {
  const [left = '', right] = (node.attribute('equation', 'string') ?? '').replaceAll(' ', '').split('->')
  const sizes = new Map<string, Dim>()
  const operands: (readonly string[])[] = []
  for (const [index, text] of left.split(',').entries()) {
    const labels = labelled(text, node.inputs[index])
    if (!labels || new Set(labels.map(({ label }) => label)).size !== labels.length) return undefined
    for (const { label, size } of labels) {
      if (sizes.has(label) && sizes.get(label) !== size) return undefined
      sizes.set(label, size)
    }
    operands.push(labels.map(({ label }) => label))
  }
  const result = resultOf(left, right, operands)
  return operands.length === node.inputs.length && result.every((label) => sizes.has(label))
    ? { operands, result, sizes }
    : undefined
}

const ELLIPSIS = '...'

const labelsOf = (text: string): readonly string[] => text.match(/\.\.\.|[A-Za-z]/g) ?? []

/** Axes of an ellipsis are counted from its end, as they broadcast: `2`, `1`, `0`. */
const hiddenLabels = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => String(count - 1 - at))

function labelled(
  text: string,
  value: Value | undefined,
): readonly { readonly label: string; readonly size: Dim }[] | undefined {
  const dims = value && knownDims(value)
  const named = labelsOf(text)
  if (!dims) return undefined
  const labels = named.flatMap((label) =>
    label === ELLIPSIS ? hiddenLabels(dims.length - named.length + 1) : label,
  )
  return labels.length === dims.length
    ? labels.map((label, axis) => ({ label, size: dims[axis] ?? 1 }))
    : undefined
}

/** Without `->`: the ellipsis, then the labels that stand once, in alphabetical order. */
function resultOf(
  left: string,
  right: string | undefined,
  operands: readonly (readonly string[])[],
): readonly string[] {
  const all = operands.flat()
  const hidden = hiddenLabels(
    Math.max(0, ...operands.map((labels) => labels.filter((label) => label < 'A').length)),
  )
  if (right !== undefined) return labelsOf(right).flatMap((label) => (label === ELLIPSIS ? hidden : label))
  const once = all.filter((label) => label >= 'A' && all.indexOf(label) === all.lastIndexOf(label)).sort()
  return left.includes(ELLIPSIS) ? [...hidden, ...once] : once
}
