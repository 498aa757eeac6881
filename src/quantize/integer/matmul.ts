import {
  type Builder,
  createBuilder,
  type Dim,
  DTYPES,
  elementCount,
  type Node,
  product,
  tensorData,
  tensorOf,
  type Value,
} from '../../graph/index.ts'
import type { WeightUse } from '../weight-roles.ts'
import { atFront } from '../weights/decode.ts'
import type { StoredWeights } from '../weights/weight-store.ts'
import type { IntegerLayer, Workbench } from './integer-layer.ts'
import { replaceLayer } from './replace-layer.ts'

/**
 * MatMul with constant weights on the right:
 * `Cast(MatMulInteger(x̂, ŵ)) · (scaleₓ · scale_w)`, scale_w one a column. In just this order onnxruntime fuses it, with a
 * bias that is added behind, into one DynamicQuantizeMatMul, or MatMulIntegerToFloat where x̂ is shared.
 */
export const matMul: IntegerLayer = {
  operator: 'MatMul',
  obstacle,
  size: (use) => ({ ...matrixSize(use), rows: matMulRows(use), group: 1 }),
  emit: (use, weights, bench) => {
    const b = createBuilder(bench.model, { graph: use.node.graph, before: use.node })
    b.origin = use.node.origin
    const scaled = integerProduct(b, use, use.node.input(0), weights, bench, 1)
    replaceLayer(use.node, scaled)
  },
}

/** Gemm likewise: transposes folded into the weights, alpha into their scales, beta into the bias. */
export const gemm: IntegerLayer = {
  operator: 'MatMul',
  obstacle,
  size: (use) => ({
    ...matrixSize(use),
    rows: dimsOf(use.node.input(0))?.at(flag(use.node, 'transA') ? 1 : 0),
    group: 1,
  }),
  emit: (use, weights, bench) => {
    const { node } = use
    const b = createBuilder(bench.model, { graph: node.graph, before: node })
    b.origin = node.origin
    const a = flag(node, 'transA') ? b.transpose(node.input(0), { perm: [1, 0] }) : node.input(0)
    const scaled = integerProduct(b, use, a, weights, bench, node.attribute('alpha', 'float') ?? 1)
    const bias = gemmBias(b, node)
    replaceLayer(node, bias ? b.add(scaled, bias) : scaled)
  },
}

function obstacle({ node, input, perm, tensor }: WeightUse): string | undefined {
  if (input !== 1)
    return 'its weights stand on the left of the product, and the kernel takes them on the right'
  // Its result [B, N] would meet scales [B, 1, N].
  if (tensor.dims.length > 2 && dimsOf(node.input(0))?.length === 1)
    return 'its input is one vector for a stack of matrices'
  if (perm && (tensor.dims.length !== 2 || perm[0] !== 1)) return 'its weights are rearranged before use'
  return undefined
}

function integerProduct(
  b: Builder,
  use: WeightUse,
  activation: Value,
  weights: StoredWeights,
  bench: Workbench,
  alpha: number,
): Value {
  const { data, scale, zeroPoint } = bench.activations.quantized(activation, use.node)
  const sums = b.matMulInteger(data, matrixOf(use, weights, bench), { a_zero_point: zeroPoint })
  const float = b.cast(sums, { to: DTYPES.float32.onnx })
  return b.mul(float, b.mul(scale, bench.store.scales(weights, columnDims(weights), alpha)))
}

/** ŵ as [K, N]. Weights that other layers read as they lie stay one initializer, transposed as the model loads. */
function matrixOf(
  { node, constant, perm }: WeightUse,
  weights: StoredWeights,
  { model, store }: Workbench,
): Value {
  const transposed = (perm !== undefined) !== (node.op === 'Gemm' && flag(node, 'transB'))
  if (!transposed) return store.signed(weights)
  const shared = constant.userCount > 1
  return shared
    ? atFront(model).transpose(store.signed(weights), { perm: [1, 0] })
    : store.signedTransposed(weights)
}

/** Of one matrix [N]; of a stack [B, 1, N]. */
const columnDims = ({ dims, layout, scales }: StoredWeights): readonly number[] =>
  dims.length === 2 ? [scales.length] : layout.scaleDims

/** beta · C; undefined without C. */
function gemmBias(b: Builder, node: Node): Value | undefined {
  const [, , bias] = node.inputs
  const beta = node.attribute('beta', 'float') ?? 1
  if (!bias || beta === 1) return bias
  const data = bias.tensor && tensorData(bias.tensor)
  if (!bias.tensor || !(data instanceof Float32Array)) return b.mul(bias, b.scalar('float32', beta))
  const scaled = data.map((value) => value * beta)
  return b.constant(tensorOf('float32', bias.tensor.dims, scaled), `${bias.name}.scaled`)
}

/** A matrix of weights takes all leading axes of the activation as rows; a stack of them, only the last but one. */
function matMulRows({ node, tensor }: WeightUse): Dim | undefined {
  const dims = dimsOf(node.input(0))
  return dims && (tensor.dims.length === 2 ? product(dims.slice(0, -1)) : (dims.at(-2) ?? 1))
}

/** Of one matrix, where the weights are a stack. */
function matrixSize({ tensor: { dims }, channelAxes }: WeightUse): { reduction: number; columns: number } {
  const shared = dims.filter((_, axis) => !channelAxes.includes(axis))
  return { reduction: elementCount(shared), columns: dims[channelAxes.at(-1) ?? 0] ?? 1 }
}

const dimsOf = ({ type }: Value): readonly Dim[] | undefined =>
  type?.kind === 'tensor' ? type.dims : undefined

const flag = (node: Node, name: string): boolean => (node.attribute(name, 'int') ?? 0) !== 0
