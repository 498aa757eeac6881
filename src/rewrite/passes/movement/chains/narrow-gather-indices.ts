import { isFloat, type Model, type Node, tensorData, type Value } from '../../../../graph/index.ts'
import { builderAt } from '../../../match/edit.ts'
import type { Pass } from '../../../pass.ts'

/**
 * Gathers that each take one place of the same tensor (`qkv[0]`, `qkv[1]`, `qkv[2]`) name it in int32: of those by int64,
 * onnxruntime 1.30 makes a Split and as many Squeezes (GatherSliceToSplitFusion), a node more that copies as much.
 */
export const narrowGatherIndices: Pass = {
  name: 'narrow-gather-indices',
  level: 'all',
  operators: [['Gather']],
  run(model) {
    let narrowed = 0
    for (const node of model.graph.allNodes())
      if (placeOf(node) !== undefined && narrow(model, node)) narrowed++
    return { gather: narrowed }
  },
}

const LARGEST = 2 ** 31 - 1

/** More readers than that are not looked through. */
const MOST_READERS = 16

/** The constant int64 scalar that a Gather takes. */
function placeOf(node: Node, source?: Value): number | undefined {
  if (node.op !== 'Gather' || node.domain !== '' || (source && node.inputs[0] !== source)) return undefined
  // What is looked for behind a Shape is int64.
  if (!isFloatTensor(node.input(0))) return undefined
  const tensor = node.inputs[1]?.tensor
  if (tensor?.dtype !== 'int64' || tensor.dims.length > 0) return undefined
  const place = Number(tensorData(tensor)[0])
  return Math.abs(place) <= LARGEST ? place : undefined
}

const isFloatTensor = ({ type }: Value): boolean => type?.kind === 'tensor' && isFloat(type.dtype)

function narrow(model: Model, node: Node): boolean {
  const source = node.input(0)
  if (source.userCount < 2 || source.userCount > MOST_READERS) return false
  const places = source.users.flatMap((user) => placeOf(user, source) ?? [])
  if (places.length < 2) return false
  const b = builderAt(model, node)
  for (const user of source.users) {
    const place = placeOf(user, source)
    if (place !== undefined) user.setInput(1, b.scalar('int32', place))
  }
  return true
}
