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
import { UINT8_ZERO_POINT } from '../weights/int8.ts'
import type { IntegerLayer } from './integer-layer.ts'
import { replaceLayer } from './replace-layer.ts'

/**
 * Conv: `Cast(ConvInteger(x̂, ŵ)) · (scaleₓ · scale_w) + bias`, scale_w one an output channel. The kernel takes uint8 weights
 * with one zero point for all channels ("Non per-tensor quantization is not supported", conv_integer.cc), which symmetric
 * weights shifted by 128 have.
 */
export const conv: IntegerLayer = {
  operator: 'Conv',
  obstacle: ({ perm }) => (perm ? 'its weights are rearranged before use' : undefined),
  size: ({ node, tensor: { dims } }) => ({
    rows: positionsOf(node),
    reduction: elementCount(dims.slice(1)),
    columns: dims[0] ?? 1,
    group: node.attribute('group', 'int') ?? 1,
  }),
  emit: ({ node }, weights, { model, store, activations }) => {
    const b = createBuilder(model, { graph: node.graph, before: node })
    b.origin = node.origin
    const channels = channelDims(weights.dims)
    const { data, scale, zeroPoint } = activations.quantized(node.input(0), node)
    const sums = b.convInteger(data, store.unsigned(weights), {
      x_zero_point: zeroPoint,
      w_zero_point: b.scalar('uint8', UINT8_ZERO_POINT),
      auto_pad: node.attribute('auto_pad', 'string'),
      dilations: node.attribute('dilations', 'ints'),
      group: node.attribute('group', 'int'),
      kernel_shape: node.attribute('kernel_shape', 'ints'),
      pads: node.attribute('pads', 'ints'),
      strides: node.attribute('strides', 'ints'),
    })
    const float = b.cast(sums, { to: DTYPES.float32.onnx })
    const scaled = b.mul(float, b.mul(scale, store.scales(weights, channels)))
    const bias = node.inputs[2]
    replaceLayer(node, bias ? b.add(scaled, perChannel(b, bias, channels)) : scaled)
  },
}

/** [M, 1, 1]: one element a channel, broadcast over a result [N, M, H, W]. */
const channelDims = (dims: readonly number[]): number[] => [dims[0] ?? 1, ...dims.slice(2).map(() => 1)]

function perChannel(b: Builder, bias: Value, channels: readonly number[]): Value {
  const data = bias.tensor && tensorData(bias.tensor)
  if (data instanceof Float32Array) return b.constant(tensorOf('float32', channels, data), bias.name)
  return b.reshape(bias, b.int64s(channels))
}

/** Output positions of one image. */
function positionsOf(node: Node): Dim | undefined {
  const { type } = node.output
  return type?.kind === 'tensor' && type.dims ? product(type.dims.slice(2)) : undefined
}
