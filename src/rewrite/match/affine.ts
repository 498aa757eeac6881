import { elementCount, elementsOf, isFloat, type Node, type Value } from '../../graph/index.ts'
import { isSameType, knownDims } from './types.ts'

/** `scale·x + shift`, in double precision: one number for all elements, or one for each place along `axis`. */
export interface Affine {
  readonly x: Value
  /** Of x and of the result; undefined where one number stands for all. */
  readonly axis: number | undefined
  /** undefined: 1. */
  readonly scale: Float64Array | undefined
  /** undefined: 0. */
  readonly shift: Float64Array | undefined
}

/**
 * What a node of constants computes of its one other operand, when it is affine and keeps dims and dtype: where x might be
 * repeated to the result's dims, at run time too, its elements are not the result's.
 */
export function affineOf(node: Node): Affine | undefined {
  const read = node.domain === '' ? READERS[node.op] : undefined
  const { type } = node.output
  if (!read || type?.kind !== 'tensor' || !isFloat(type.dtype)) return undefined
  const affine = read(node)
  return affine && isSameType(affine.x, node.output) && isMild(affine) ? affine : undefined
}

const READERS: { readonly [op: string]: (node: Node) => Affine | undefined } = {
  Add: (node) => ofOperands(node, (constant) => ({ shift: constant })),
  Sub: (node) =>
    ofOperands(node, (constant, side) =>
      side === 1 ? { shift: constant.map((c) => -c) } : { scale: Float64Array.of(-1), shift: constant },
    ),
  Mul: (node) => ofOperands(node, (constant) => ({ scale: constant })),
  Div: (node) =>
    ofOperands(node, (constant, side) => (side === 1 ? { scale: constant.map((c) => 1 / c) } : undefined)),
  Neg: (node) => ({ x: node.input(0), axis: undefined, scale: Float64Array.of(-1), shift: undefined }),
  BatchNormalization: normalization,
}

export const AFFINE_OPERATORS: readonly string[] = Object.keys(READERS)

/** The operand that such a node would change, told without reading its constants. */
export function operandOf(node: Node): Value | undefined {
  if (node.domain !== '' || !READERS[node.op]) return undefined
  const [first, second] = node.inputs
  return first?.isConstant ? second : first
}

type Terms = Partial<Pick<Affine, 'scale' | 'shift'>>

/** `side`: which operand is the constant. */
function ofOperands(
  node: Node,
  terms: (constant: Float64Array, side: 0 | 1) => Terms | undefined,
): Affine | undefined {
  const [left, right] = [node.input(0), node.input(1)]
  const side = right.isConstant ? 1 : 0
  const [x, constant] = side === 1 ? [left, right] : [right, left]
  if (x.isConstant) return undefined
  const vector = vectorOf(constant, node.output)
  const found = vector && terms(vector.numbers, side)
  return found && { x, axis: vector.axis, scale: found.scale, shift: found.shift }
}

/** A constant that differs along one axis of the result at most. */
function vectorOf(
  constant: Value,
  result: Value,
): { readonly numbers: Float64Array; readonly axis: number | undefined } | undefined {
  const { tensor } = constant
  const rank = rankOf(result)
  if (!tensor || rank === undefined) return undefined
  const long = tensor.dims.flatMap((dim, axis) => (dim === 1 ? [] : [axis]))
  const [axis] = long
  if (long.length > 1 || elementCount(tensor.dims) === 0) return undefined
  const numbers = numbersOf(constant)
  return numbers && { numbers, axis: axis === undefined ? undefined : axis + rank - tensor.dims.length }
}

/** The numbers of a float constant, whatever its width. */
export function numbersOf(constant: Value | undefined): Float64Array | undefined {
  if (!constant?.tensor || !isFloat(constant.tensor.dtype)) return undefined
  const elements = elementsOf(constant.tensor)
  return elements?.kind === 'number' ? Float64Array.from(elements.data) : undefined
}

/** Inference mode: (x − mean)·s + bias with s = scale/√(var + ε), along the channels. */
function normalization(node: Node): Affine | undefined {
  const isInference =
    node.attribute('training_mode', 'int') !== 1 && !node.outputs.slice(1).some(({ isUsed }) => isUsed)
  const [gamma, beta, mean, variance] = [1, 2, 3, 4].map((index) => numbersOf(node.inputs[index]))
  const x = node.input(0)
  if (!isInference || !gamma || !beta || !mean || !variance || (rankOf(x) ?? 0) < 2) return undefined
  const epsilon = node.attribute('epsilon', 'float') ?? 1e-5
  const scale = gamma.map((g, channel) => g / Math.sqrt((variance[channel] ?? 0) + epsilon))
  const shift = beta.map((b, channel) => b - (mean[channel] ?? 0) * (scale[channel] ?? 0))
  return { x, axis: 1, scale, shift }
}

/**
 * Both in turn as one; undefined when they run along different axes.
 *
 * @example composed(x·2, y + 1) // x·2 + 1
 */
export function composed(inner: Affine, outer: Affine): Affine | undefined {
  if (inner.axis !== undefined && outer.axis !== undefined && inner.axis !== outer.axis) return undefined
  const scale = times(inner.scale, outer.scale)
  const shift = plus(inner.shift && outer.scale ? times(inner.shift, outer.scale) : inner.shift, outer.shift)
  const both = { x: inner.x, axis: inner.axis ?? outer.axis, scale, shift }
  return isMild(both) ? both : undefined
}

/** Products of vectors of one length, or of a vector and one number; undefined is 1. */
export const times = (a: Float64Array | undefined, b: Float64Array | undefined): Float64Array | undefined =>
  a && b ? combined(a, b, (p, q) => p * q) : (a ?? b)

/** Sums likewise; undefined is 0. */
export const plus = (a: Float64Array | undefined, b: Float64Array | undefined): Float64Array | undefined =>
  a && b ? combined(a, b, (p, q) => p + q) : (a ?? b)

function combined(a: Float64Array, b: Float64Array, operate: (a: number, b: number) => number): Float64Array {
  const at = (vector: Float64Array, index: number): number => vector[vector.length === 1 ? 0 : index] ?? 0
  return Float64Array.from({ length: Math.max(a.length, b.length) }, (_, index) =>
    operate(at(a, index), at(b, index)),
  )
}

/** One number for each of `count` places. */
export const spread = (vector: Float64Array, count: number): Float64Array =>
  vector.length === count ? vector : new Float64Array(count).fill(vector[0] ?? 0)

/**
 * Factors beyond these could take weights out of the range of float32. Sums beyond them are not there for their value: what
 * adds 1.5·2^23 and takes it away again rounds to whole numbers, and −1e9 masks.
 */
const MILD_SCALE = 2 ** 40
const MILD_SHIFT = 2 ** 20

function isMild({ scale, shift }: Affine): boolean {
  const isFactor = (s: number): boolean =>
    s === 0 || (Math.abs(s) <= MILD_SCALE && Math.abs(s) >= 1 / MILD_SCALE)
  return (!scale || scale.every(isFactor)) && (!shift || shift.every((t) => Math.abs(t) <= MILD_SHIFT))
}

const rankOf = (value: Value): number | undefined => knownDims(value)?.length
