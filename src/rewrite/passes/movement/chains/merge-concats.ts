import type { Model, Node, Value } from '../../../../graph/index.ts'
import { builderAt, replaced } from '../../../match/edit.ts'
import { producerOf, soleUser } from '../../../match/uses.ts'
import type { Pass } from '../../../pass.ts'

/**
 * A Concat that alone reads another along the same axis takes its parts; one that joins all parts of a Split again, in
 * order, is what was split.
 */
export const mergeConcats: Pass = {
  name: 'merge-concats',
  level: 'basic',
  run(model) {
    let merged = 0
    for (const node of model.graph.allNodes())
      if (
        node.op === 'Concat' &&
        node.domain === '' &&
        node.output.isUsed &&
        (rejoin(node) || flatten(model, node))
      )
        merged++
    return { node: merged }
  },
}

/** An axis counted from the front, of a result of known rank. */
function axisOf(node: Node): number | undefined {
  const axis = node.attribute('axis', 'int')
  if (axis === undefined || axis >= 0) return axis
  const { type } = node.inputs[0] ?? {}
  return type?.kind === 'tensor' && type.dims ? axis + type.dims.length : undefined
}

function rejoin(node: Node): boolean {
  const split = producerOf(node.inputs[0], 'Split')
  if (!split || split.outputs.length !== node.inputs.length) return false
  if (!split.outputs.every((output, index) => output === node.inputs[index])) return false
  const { type } = split.input(0)
  const rank = type?.kind === 'tensor' ? type.dims?.length : undefined
  const axis = split.attribute('axis', 'int') ?? 0
  const isSameAxis = rank !== undefined && (axis < 0 ? axis + rank : axis) === axisOf(node)
  return isSameAxis && replaced(node.output, split.input(0))
}

/** Only the last of a chain takes parts, all of them at once: each link taking those of the one before would be quadratic. */
function flatten(model: Model, node: Node): boolean {
  const axis = axisOf(node)
  if (axis === undefined || isPart(node, axis) || !node.inputs.some((input) => partOf(node, input, axis)))
    return false
  const values = partsOf(node, axis)
  return replaced(node.output, builderAt(model, node).concat(values, { axis, name: node.output.name }))
}

/** Whether a Concat along the same axis is the only reader. */
function isPart(node: Node, axis: number): boolean {
  const user = soleUser(node.output)
  return user?.op === 'Concat' && user.domain === '' && user.graph === node.graph && axisOf(user) === axis
}

/** The Concat along the same axis that gives this input to `node` alone. */
function partOf(node: Node, input: Value | undefined, axis: number): Node | undefined {
  const inner = producerOf(input, 'Concat', node)
  return inner && axisOf(inner) === axis && soleUser(inner.output) === node ? inner : undefined
}

/** What the Concats that lead to `node` join, in order. */
function partsOf(node: Node, axis: number): Value[] {
  const parts: Value[] = []
  // The last entry is the next: inputs go in backwards.
  const pending = node.inputs.map((input) => ({ reader: node, input })).reverse()
  for (let next = pending.pop(); next; next = pending.pop()) {
    const inner = partOf(next.reader, next.input, axis)
    if (inner) pending.push(...inner.inputs.map((input) => ({ reader: inner, input })).reverse())
    else if (next.input) parts.push(next.input)
  }
  return parts
}
