import {
  type Dim,
  elementCount,
  hasArithmetic,
  isFloat,
  type Node,
  type Tensor,
  type Value,
} from '../../../graph/index.ts'
import { knownDims } from '../../match/types.ts'
import { isReadOnlyBy } from '../../match/uses.ts'
import { alongAxis, type ChannelMap } from './channel-map.ts'

/** One side of a layer: which axis of its activation has a channel for each of these weights. */
export interface Side {
  readonly axis: number
  readonly channels: number
  readonly map: ChannelMap
}

/** A node that multiplies an activation by weights of its own, sum by sum. */
export interface Layer {
  readonly node: Node
  /** Which input is the activation, and which the weights. */
  readonly activation: 0 | 1
  readonly weight: 0 | 1
  readonly tensor: Tensor
  /** The activation's side. */
  readonly input: Side
  /** The result's side. */
  readonly output: Side
  /** Whether there is a bias input (2), one number for each output channel. */
  readonly takesBias: boolean
}

/** The node as a layer whose weights may be changed with it: nothing else reads them, or they are few. */
export function layerOf(node: Node | undefined): Layer | undefined {
  const found = sharingLayerOf(node)
  return found && mayChange(found.node.input(found.weight), found.tensor, found.node) ? found : undefined
}

/** The node as a layer whose weights others may read too. */
export function sharingLayerOf(node: Node | undefined): Layer | undefined {
  const found = node?.domain === '' ? LAYERS[node.op]?.(node) : undefined
  if (!found?.node.inputs[found.weight]) return undefined
  const { dtype } = found.tensor
  return isFloat(dtype) && hasArithmetic(dtype) ? found : undefined
}

/** Shared weights would be stored twice: up to this many that is less than what the node costs. */
const FEW_WEIGHTS = 64

const mayChange = (weight: Value, { dims }: Tensor, node: Node): boolean =>
  isReadOnlyBy(weight, node) || elementCount(dims) <= FEW_WEIGHTS

const LAYERS: { readonly [op: string]: (node: Node) => Layer | undefined } = {
  Conv: convolution,
  ConvTranspose: transposedConvolution,
  Gemm: gemm,
  MatMul: matMul,
}

export const LAYER_OPERATORS: readonly string[] = Object.keys(LAYERS)

/** W [M, C/group, k…]: each group of features has its own part of the channels. */
function convolution(node: Node): Layer | undefined {
  const tensor = node.input(1).tensor
  const [features, depth] = tensor?.dims ?? []
  if (!tensor || features === undefined || depth === undefined) return undefined
  const group = node.attribute('group', 'int') ?? 1
  const inner = elementCount(tensor.dims.slice(2))
  const block = group === 1 ? undefined : (features / group) * depth * inner
  return {
    node,
    activation: 0,
    weight: 1,
    tensor,
    input: { axis: 1, channels: depth * group, map: { inner, count: depth, block } },
    output: { axis: 1, channels: features, map: alongAxis(tensor.dims, 0) },
    takesBias: true,
  }
}

/** W [C, M/group, k…]. */
function transposedConvolution(node: Node): Layer | undefined {
  const tensor = node.input(1).tensor
  const [channels, features] = tensor?.dims ?? []
  if (!tensor || channels === undefined || features === undefined) return undefined
  const group = node.attribute('group', 'int') ?? 1
  const inner = elementCount(tensor.dims.slice(2))
  const block = group === 1 ? undefined : (channels / group) * features * inner
  return {
    node,
    activation: 0,
    weight: 1,
    tensor,
    input: { axis: 1, channels, map: alongAxis(tensor.dims, 0) },
    output: { axis: 1, channels: features * group, map: { inner, count: features, block } },
    takesBias: true,
  }
}

/** A matrix of constants on one side, or a stack of them that all have the same channels. */
function matMul(node: Node): Layer | undefined {
  return matrix(node, (rank, weight) => (weight === 1 ? [rank - 2, rank - 1] : [rank - 1, rank - 2]), false)
}

function gemm(node: Node): Layer | undefined {
  const transposed = (index: 0 | 1) => (node.attribute(index === 0 ? 'transA' : 'transB', 'int') ?? 0) !== 0
  const found = matrix(node, (_, weight) => ((weight === 1) === transposed(weight) ? [1, 0] : [0, 1]), true)
  if (!found || !transposed(found.activation)) return found
  return { ...found, input: { ...found.input, axis: 1 - found.input.axis } }
}

/** `axesOf`: of the weights, the axis that is summed along and the one with the output's channels. */
function matrix(
  node: Node,
  axesOf: (rank: number, weight: 0 | 1) => readonly [inner: number, outer: number],
  takesBias: boolean,
): Layer | undefined {
  const weight = node.input(1).tensor ? 1 : 0
  const activation = weight === 1 ? 0 : 1
  const { tensor } = node.input(weight)
  const rank = tensor?.dims.length ?? 0
  const [given, result] = [node.input(activation), node.output].map(knownDims)
  if (!tensor || rank < 2 || !given || !result || given.length < 2 || node.input(activation).isConstant)
    return undefined
  const [inner, outer] = axesOf(rank, weight)
  const side = (dims: readonly Dim[], axis: number, last: boolean): Side => ({
    axis: dims.length - (last ? 1 : 2),
    channels: tensor.dims[axis] ?? 1,
    map: alongAxis(tensor.dims, axis),
  })
  return {
    node,
    activation,
    weight,
    tensor,
    input: side(given, inner, weight === 1),
    output: side(result, outer, weight === 1),
    takesBias: takesBias && weight === 1,
  }
}
