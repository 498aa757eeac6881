import { knownIntegers, type Node } from '../../../../graph/index.ts'

/** The axes that one Unsqueeze (or Squeeze) has to name to do what two in a row do. */
export function mergedAxes(first: Node, second: Node): readonly number[] | undefined {
  const grows = first.op === 'Unsqueeze'
  const middle = first.output.rank
  const [one, two] = [
    axesOf(first, grows ? middle : first.input(0).rank),
    axesOf(second, grows ? second.output.rank : middle),
  ]
  if (!one || !two || (first.op !== 'Unsqueeze' && first.op !== 'Squeeze')) return undefined
  return grows ? merged(two, one, second.output.rank) : merged(one, two, first.input(0).rank)
}

/** `outer` name axes of the whole; `inner` those among what is left without them. */
function merged(outer: readonly number[], inner: readonly number[], rank: number): readonly number[] {
  const rest = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !outer.includes(axis))
  return [...outer, ...inner.map((axis) => rest[axis] ?? 0)].sort((a, b) => a - b)
}

function axesOf(node: Node, rank: number): readonly number[] | undefined {
  const axes = node.inputs[1] && knownIntegers(node.inputs[1])
  return axes?.every((axis) => typeof axis === 'number')
    ? axes.map((axis) => (axis < 0 ? axis + rank : axis))
    : undefined
}
