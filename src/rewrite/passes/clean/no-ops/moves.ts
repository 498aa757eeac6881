import { knownIntegers, type Node, type Value } from '../../../../graph/index.ts'
import type { NoOps } from './no-op.ts'

/** Operators that move, copy, convert or reduce elements, and here leave each where and as it is. */
export const MOVES: NoOps = {
  Identity: first,
  Dropout: (node) => (node.outputs[1]?.isUsed || isTraining(node.inputs[2]) ? undefined : first(node)),
  Cast: first,
  CastLike: first,
  Reshape: first,
  Flatten: first,
  Squeeze: first,
  Unsqueeze: first,
  Expand: first,
  Concat: (node) => (node.inputs.length === 1 ? first(node) : undefined),
  Split: (node) => (node.outputs.length === 1 ? first(node) : undefined),
  Transpose: (node) => (isAscending(node.attribute('perm', 'ints')) ? first(node) : undefined),
  Pad: (node) => (isAll(node.inputs[1], 0) ? first(node) : undefined),
  Tile: (node) => (isAll(node.inputs[1], 1) ? first(node) : undefined),
  Slice: (node) => (isFullSlice(node) ? first(node) : undefined),
  Gather: (node) => (isAscending(knownIntegers(node.input(1))) ? first(node) : undefined),
  Resize: (node) => (isSameSize(node) ? first(node) : undefined),
  // Over axes of one element, or over none. What squares, takes logarithms or absolute values is another matter.
  ReduceMax: first,
  ReduceMean: first,
  ReduceMin: first,
  ReduceProd: first,
  ReduceSum: first,
}

function first(node: Node): Value | undefined {
  return node.inputs[0]
}

const isTraining = (mode: Value | undefined): boolean => mode !== undefined && !isAll(mode, 0)

/** 0, 1, 2, …: that they are as many as there are is what the equality of dims says. */
const isAscending = (entries: readonly unknown[] | undefined): boolean =>
  !!entries?.every((entry, index) => entry === index)

const isAll = (value: Value | undefined, wanted: number): boolean =>
  !!value && !!knownIntegers(value)?.every((entry) => entry === wanted)

/** Starts at 0 with step 1; that it also reaches the end is what the equality of dims says. */
function isFullSlice(node: Node): boolean {
  const steps = node.inputs[4]
  return isAll(node.inputs[1], 0) && (!steps || isAll(steps, 1))
}

/** Coordinates that are not those of the input at a scale of 1. */
const SHIFTED: ReadonlySet<string> = new Set(['tf_crop_and_resize', 'tf_half_pixel_for_nn'])

/** Sizes that are equal are a scale of 1; a scale near 1 that rounds to equal sizes is none. */
function isSameSize(node: Node): boolean {
  if (SHIFTED.has(node.attribute('coordinate_transformation_mode', 'string') ?? 'half_pixel')) return false
  if ((node.attribute('keep_aspect_ratio_policy', 'string') ?? 'stretch') !== 'stretch') return false
  return node.inputs[3] !== undefined || isAll(node.inputs[2], 1)
}
