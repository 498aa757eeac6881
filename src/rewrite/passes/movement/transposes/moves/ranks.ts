import { type Builder, knownIntegers, type Value } from '../../../../../graph/index.ts'
import { knownDims } from '../../../../match/types.ts'
import {
  int,
  type Move,
  type Mover,
  normalAxis,
  type Operands,
  onlyFirst,
  type Replacement,
} from '../move.ts'
import type { Perm } from '../perm.ts'

/** Reductions along axes that an input names. */
const REDUCTIONS =
  'ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare'

const reduction: Mover = (operands) => {
  const layout = onlyFirst(operands)
  if (!layout) return undefined
  const { node } = operands
  const axes = node.inputs[1] ? namedAxes(operands, 1, layout.length) : allAxes(operands, layout)
  if (!axes) return undefined
  const keeps = (node.attribute('keepdims', 'int') ?? 1) === 1
  const layouts = [keeps ? layout : withoutAxes(layout, axes)]
  return node.inputs[1] ? { layouts, inputs: new Map([[1, list(places(layout, axes))]]) } : { layouts }
}

function allAxes({ node }: Operands, layout: Perm): readonly number[] {
  return node.attribute('noop_with_empty_axes', 'int') === 1 ? [] : layout.map((_, axis) => axis)
}

const argReduction: Mover = (operands) => {
  const layout = onlyFirst(operands)
  if (!layout) return undefined
  const axis = normalAxis(operands.node.attribute('axis', 'int') ?? 0, layout.length)
  const keeps = (operands.node.attribute('keepdims', 'int') ?? 1) === 1
  const attributes: Move['attributes'] = [['axis', int(layout[axis] ?? 0)]]
  return { layouts: [keeps ? layout : withoutAxes(layout, [axis])], attributes }
}

const squeeze: Mover = (operands) => {
  const layout = onlyFirst(operands)
  const axes = layout && operands.node.inputs[1] && namedAxes(operands, 1, layout.length)
  if (!layout || !axes) return undefined
  return { layouts: [withoutAxes(layout, axes)], inputs: new Map([[1, list(places(layout, axes))]]) }
}

/** The new axes stand where they stood. */
const unsqueeze: Mover = (operands) => {
  const layout = onlyFirst(operands)
  const rank = knownDims(operands.node.output)?.length
  const axes = rank === undefined ? undefined : namedAxes(operands, 1, rank)
  if (!layout || rank === undefined || !axes) return undefined
  const old = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !axes.includes(axis))
  let next = 0
  const grown = Array.from({ length: rank }, (_, axis) =>
    axes.includes(axis) ? axis : (old[layout[next++] ?? 0] ?? 0),
  )
  return { layouts: [grown] }
}

/** One index takes the axis out, a list of them keeps it. */
const gather: Mover = (operands) => {
  const layout = onlyFirst(operands)
  const indices = operands.node.inputs[1] && knownDims(operands.node.inputs[1])
  if (!layout || !indices || indices.length > 1) return undefined
  const axis = normalAxis(operands.node.attribute('axis', 'int') ?? 0, layout.length)
  const attributes: Move['attributes'] = [['axis', int(layout[axis] ?? 0)]]
  return { layouts: [indices.length === 1 ? layout : withoutAxes(layout, [axis])], attributes }
}

export const CHANGING_RANK: ReadonlyMap<string, Mover> = new Map([
  ...REDUCTIONS.split(' ').map((op): [string, Mover] => [`:${op}`, reduction]),
  [':ArgMax', argReduction],
  [':ArgMin', argReduction],
  [':Gather', gather],
  [':Squeeze', squeeze],
  [':Unsqueeze', unsqueeze],
])

/** Where the axes are stored. */
export const places = (layout: Perm, axes: readonly number[]): readonly number[] =>
  axes.map((axis) => layout[axis] ?? 0)

/** The axes that a constant input names, counted from the front. */
export function namedAxes({ node }: Operands, index: number, rank: number): readonly number[] | undefined {
  const axes = node.inputs[index] && knownIntegers(node.inputs[index])
  return axes?.every((axis) => typeof axis === 'number')
    ? axes.map((axis) => normalAxis(axis, rank))
    : undefined
}

/** A list of axes as a constant, which costs no node. */
export const list = (values: readonly number[]): Replacement => ({
  cost: 0,
  make: (b: Builder): Value => b.int64s(values),
})

/** The layout of what is left when these axes go. */
function withoutAxes(layout: Perm, axes: readonly number[]): Perm {
  const gone = new Set(places(layout, axes))
  const left = layout.filter((_, axis) => !axes.includes(axis))
  return left.map((place) => place - [...gone].filter((other) => other < place).length)
}
