import {
  type Dim,
  decide,
  isSymbolic,
  knownIntegers,
  type Model,
  type Node,
  sub,
  type Value,
} from '../../../../graph/index.ts'
import { builderAt } from '../../../match/edit.ts'
import { knownDims } from '../../../match/types.ts'

const INT64_MAX = 2n ** 63n - 1n

/**
 * A Slice whose bounds are computed, with constant ones: the size of the axis is "to the end", and that less a number
 * counts from the end.
 */
export function fixedSlice(model: Model, node: Node): Value | undefined {
  const dims = knownDims(node.input(0))
  const [starts, ends, axes, steps] = [1, 2, 3, 4].map((index) => contentOf(node.inputs[index]))
  if (!dims || !starts || !ends || [1, 2].every((index) => node.input(index).isConstant)) return undefined
  if (
    (node.inputs[3] && !axes) ||
    (node.inputs[4] && !steps?.every((step) => typeof step === 'number' && step > 0))
  )
    return undefined
  const bound = (bound: Dim, at: number): number | bigint | undefined => {
    const axis = axes ? axes[at] : at
    const size = typeof axis === 'number' ? dims.at(axis) : undefined
    return size === undefined ? undefined : constantBound(model, bound, size)
  }
  const [from, to] = [starts.map(bound), ends.map(bound)]
  if (!from.every((at) => at !== undefined) || !to.every((at) => at !== undefined)) return undefined
  const b = builderAt(model, node)
  const listed = (values: readonly Dim[] | undefined): Value | undefined =>
    values && b.int64s(values.filter((value) => typeof value === 'number'))
  const options = { axes: listed(axes), steps: listed(steps), name: node.output.name }
  return b.slice(node.input(0), b.int64s(from), b.int64s(to), options)
}

const contentOf = (value: Value | undefined): readonly Dim[] | undefined => value && knownIntegers(value)

/** −k is not k before the end where the axis is shorter than that. */
function constantBound(model: Model, bound: Dim, size: Dim): number | bigint | undefined {
  if (!isSymbolic(bound)) return bound
  if (bound === size) return INT64_MAX
  const before = sub(size, bound)
  if (isSymbolic(before)) return undefined
  if (before < 0) return decide(bound, '>=', 0, model.facts) ? INT64_MAX : undefined
  return decide(bound, '>=', 0, model.facts) ? -before : undefined
}
