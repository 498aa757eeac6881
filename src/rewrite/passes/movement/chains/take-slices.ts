import type { Model, Node, Value } from '../../../../graph/index.ts'
import { builderAt, replaced } from '../../../match/edit.ts'
import { isSameDims, knownDims } from '../../../match/types.ts'
import { producerOf, soleUser } from '../../../match/uses.ts'
import type { Pass } from '../../../pass.ts'
import { rangeOf } from './slice-cuts.ts'

/**
 * A Slice of one place along an axis and the Squeeze (or Reshape) that takes the axis out are a Gather of that place: the
 * query, key and value of a packed projection, `qkv[0]`.
 */
export const takeSlices: Pass = {
  name: 'take-slices',
  level: 'basic',
  operators: [['Slice'], ['Reshape', 'Squeeze']],
  run(model) {
    let taken = 0
    for (const node of model.graph.allNodes())
      if (
        DROPPING.has(node.op) &&
        node.domain === '' &&
        node.output.isUsed &&
        replaced(node.output, take(model, node))
      )
        taken++
    return { slice: taken }
  },
}

const DROPPING: ReadonlySet<string> = new Set(['Squeeze', 'Reshape'])

function take(model: Model, node: Node): Value | undefined {
  const slice = producerOf(node.input(0), 'Slice', node)
  const range = slice && soleUser(slice.output) === node ? rangeOf(slice) : undefined
  if (!slice || !range || range.end - range.start !== 1) return undefined
  const [from, to] = [knownDims(slice.output), knownDims(node.output)]
  if (!from || !to || !isSameDims(from.toSpliced(range.axis, 1), to)) return undefined
  const b = builderAt(model, node)
  return b.gather(slice.input(0), b.scalar('int32', range.start), {
    axis: range.axis,
    name: node.output.name,
  })
}
