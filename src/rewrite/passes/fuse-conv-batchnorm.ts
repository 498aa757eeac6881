import {
  createBuilder,
  elementCount,
  LazyTensor,
  type Model,
  type Node,
  type Tensor,
  tensorOver,
  typedView,
  type Value,
} from '../../graph/index.ts'
import type { Pass } from '../pass.ts'
import { constantFloats } from './constants.ts'

/**
 * Folds an inference-mode BatchNormalization into the Conv before it: W′ = W·s and B′ = (B − mean)·s + bias along the
 * output channels, with s = scale/√(var + ε) in double precision. Reads nothing of W until the model is written.
 *
 * Only where the Conv's result is read by nothing else and its weight by no other node: a shared weight would be doubled.
 */
export const fuseConvBatchNorm: Pass = {
  name: 'fuse-conv-batchnorm',
  level: 'all',
  run(model) {
    let fused = 0
    for (const node of model.graph.allNodes())
      if (node.op === 'BatchNormalization' && node.domain === '' && fuse(model, node)) fused++
    return { convolution: fused }
  },
}

function fuse(model: Model, norm: Node): boolean {
  const conv = norm.input(0).producer
  const weight = conv?.op === 'Conv' && conv.domain === '' ? conv.input(1) : undefined
  const affine = affineOf(norm)
  if (!conv || !weight?.tensor || !affine || !isPrivate(conv.output, weight) || norm.graph !== conv.graph)
    return false
  const bias = conv.inputs[2]
  const biasData = bias ? constantFloats(bias) : new Float32Array(affine.scale.length)
  if (!biasData || weight.tensor.dtype !== 'float32') return false
  const b = createBuilder(model, { graph: conv.graph, before: conv })
  conv.setInput(1, b.constant(scaleRows(weight.tensor, affine.scale), weight.name))
  conv.setInput(2, b.constant(foldedBias(biasData, affine), bias?.name ?? `${weight.name}_bias`))
  norm.output.replaceUsesWith(conv.output)
  return true
}

const isPrivate = (result: Value, weight: Value): boolean =>
  result.soleUser !== undefined && weight.soleUser !== undefined

interface Affine {
  readonly scale: Float64Array
  readonly mean: Float32Array
  readonly bias: Float32Array
}

function affineOf(norm: Node): Affine | undefined {
  if (norm.attribute('training_mode', 'int') === 1) return undefined
  const [gamma, bias, mean, variance] = [1, 2, 3, 4].map((index) => constantFloats(norm.inputs[index]))
  if (!gamma || !bias || !mean || !variance) return undefined
  const epsilon = norm.attribute('epsilon', 'float') ?? 1e-5
  const scale = Float64Array.from(gamma, (g, channel) => g / Math.sqrt((variance[channel] ?? 0) + epsilon))
  return { scale, mean, bias }
}

function scaleRows(weight: Tensor, scale: Float64Array): Tensor {
  const rowLength = elementCount(weight.dims) / scale.length
  const scaled = (bytes: Uint8Array, first: number): Uint8Array => {
    const source = typedView('float32', bytes)
    const data = new Float32Array(source.length)
    for (let i = 0; i < data.length; ) {
      const row = Math.floor((first + i) / rowLength)
      const end = Math.min((row + 1) * rowLength - first, data.length)
      const factor = scale[row] ?? 0
      for (; i < end; i++) data[i] = Number(source[i]) * factor
    }
    return new Uint8Array(data.buffer)
  }
  return new LazyTensor(
    'float32',
    weight.dims,
    () => scaled(weight.bytes(), 0),
    (offset, length) => scaled(weight.part(offset, length), offset / Float32Array.BYTES_PER_ELEMENT),
  )
}

function foldedBias(bias: Float32Array, affine: Affine): Tensor {
  const folded = Float32Array.from(
    affine.scale,
    (s, channel) => ((bias[channel] ?? 0) - (affine.mean[channel] ?? 0)) * s + (affine.bias[channel] ?? 0),
  )
  return tensorOver('float32', [folded.length], folded)
}
