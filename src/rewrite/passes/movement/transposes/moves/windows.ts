import {
  elementCount,
  knownIntegers,
  type Tensor,
  tensorData,
  tensorOf,
  type Value,
} from '../../../../../graph/index.ts'
import { knownDims } from '../../../../match/types.ts'
import { type Mover, type Operands, onlyFirst, type Replacement } from '../move.ts'
import { inverse, type Perm } from '../perm.ts'
import { list, namedAxes, places } from './ranks.ts'

const constant = (index: number, { node }: Operands): readonly number[] | undefined => {
  const values = node.inputs[index] && knownIntegers(node.inputs[index])
  return values?.every((value) => typeof value === 'number') ? values : undefined
}

/** Bounds stay as they are; the axes that they belong to are named anew. */
const slice: Mover = (operands) => {
  const layout = onlyFirst(operands)
  const { node } = operands
  const count = node.inputs[1] && knownDims(node.inputs[1])?.[0]
  const dtype = node.inputs[1]?.type?.kind === 'tensor' ? node.inputs[1].type.dtype : undefined
  if (!layout || typeof count !== 'number' || (dtype !== 'int64' && dtype !== 'int32')) return undefined
  const axes = node.inputs[3]
    ? namedAxes(operands, 3, layout.length)
    : Array.from({ length: count }, (_, axis) => axis)
  if (!axes) return undefined
  const moved = tensorOf(dtype, [axes.length], places(layout, axes))
  return { layouts: [layout], inputs: new Map([[3, { cost: 0, make: (b) => b.constant(moved) }]]) }
}

/** One number an axis, listed in the order that the axes are stored in. */
const stored = (values: readonly number[], layout: Perm): readonly number[] =>
  inverse(layout).map((axis) => values[axis] ?? 0)

const pad: Mover = (operands) => {
  const layout = onlyFirst(operands)
  const pads = constant(1, operands)
  if (!layout || !pads) return undefined
  if (operands.node.inputs[3]) {
    const axes = namedAxes(operands, 3, layout.length)
    return axes && { layouts: [layout], inputs: new Map([[3, list(places(layout, axes))]]) }
  }
  const rank = layout.length
  const moved = [...stored(pads.slice(0, rank), layout), ...stored(pads.slice(rank), layout)]
  return { layouts: [layout], inputs: new Map([[1, list(moved)]]) }
}

const tile: Mover = (operands) => {
  const layout = onlyFirst(operands)
  const repeats = constant(1, operands)
  if (!layout || !repeats) return undefined
  return { layouts: [layout], inputs: new Map([[1, list(stored(repeats, layout))]]) }
}

/** Kernels interpolate the axes behind the first two. */
const resize: Mover = (operands) => {
  const layout = onlyFirst(operands)
  const { node } = operands
  const [from, to] = [knownDims(node.input(0)), knownDims(node.output)]
  const hasRegion = node.inputs[1] && !isEmpty(node.inputs[1])
  if (!layout || !from || !to || hasRegion || node.attributes.has('axes')) return undefined
  if (from.some((dim, axis) => dim !== to[axis] && (layout[axis] ?? 0) < 2)) return undefined
  const index = node.inputs[3] ? 3 : 2
  const moved = index === 3 ? storedSizes(operands, layout) : storedScales(node.inputs[2]?.tensor, layout)
  return moved && { layouts: [layout], inputs: new Map([[index, moved]]) }
}

const isEmpty = ({ tensor }: Value): boolean => tensor !== undefined && elementCount(tensor.dims) === 0

function storedSizes(operands: Operands, layout: Perm): Replacement | undefined {
  const sizes = constant(3, operands)
  return sizes && list(stored(sizes, layout))
}

function storedScales(tensor: Tensor | undefined, layout: Perm): Replacement | undefined {
  if (tensor?.dtype !== 'float32') return undefined
  const scales = stored(Array.from(tensorData(tensor), Number), layout)
  return { cost: 0, make: (b) => b.constant(tensorOf('float32', [scales.length], scales)) }
}

export const WINDOWS: ReadonlyMap<string, Mover> = new Map([
  [':Pad', pad],
  [':Resize', resize],
  [':Slice', slice],
  [':Tile', tile],
])
