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

function flatten(model: Model, node: Node): boolean {
  const axis = axisOf(node)
  const isInner = (input: Value | undefined): Node | undefined => {
    const inner = producerOf(input, 'Concat', node)
    return inner && axisOf(inner) === axis && soleUser(inner.output) === node ? inner : undefined
  }
  if (axis === undefined || !node.inputs.some(isInner)) return false
  const parts = node.inputs.flatMap((input) => isInner(input)?.inputs ?? [input])
  const values = parts.filter((part) => part !== undefined)
  return replaced(node.output, builderAt(model, node).concat(values, { axis, name: node.output.name }))
}
