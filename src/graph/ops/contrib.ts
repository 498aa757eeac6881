import { add, type Dim, floorDiv, mul } from '../dims/index.ts'
import type { InferenceContext } from '../inference/context.ts'
import { type OutputInfo, tensorInfo } from '../inference/output-info.ts'
import { sameAsFirst } from '../inference/shared.ts'
import { CONTRIB_DOMAIN } from '../model.ts'
import { convolved } from './convolution.ts'
import { productDims } from './matrix.ts'
import { operator } from './schema.ts'

const domain = CONTRIB_DOMAIN

/**
 * onnxruntime's own operators, for what the standard cannot say.
 * https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
 */
export const contrib = {
  biasGelu: operator({
    op: 'BiasGelu',
    domain,
    since: 1,
    inputs: ['A', 'B'],
    outputs: ['C'],
    attributes: {},
    anyRank: true,
    infer: sameAsFirst,
  }),
  /** As LSTM, with weights quantised an output column at a time and laid out transposed. */
  dynamicQuantizeLSTM: operator({
    op: 'DynamicQuantizeLSTM',
    domain,
    since: 1,
    inputs: [
      'X',
      'W',
      'R',
      'B?',
      'sequence_lens?',
      'initial_h?',
      'initial_c?',
      'P?',
      'W_scale',
      'W_zero_point',
      'R_scale',
      'R_zero_point',
    ],
    outputs: ['Y?', 'Y_h?', 'Y_c?'],
    attributes: {
      activation_alpha: 'floats',
      activation_beta: 'floats',
      activations: 'strings',
      clip: 'float',
      direction: 'string',
      hidden_size: 'int',
      input_forget: 'int',
    },
    infer: (context) => recurrentOf(context, context.dims(2)[1] ?? 0),
  }),
  /** A is quantised at run time, B is 8-bit with its scale. */
  dynamicQuantizeMatMul: operator({
    op: 'DynamicQuantizeMatMul',
    domain,
    since: 1,
    inputs: ['A', 'B', 'b_scale', 'b_zero_point?', 'bias?'],
    outputs: ['Y'],
    attributes: {},
    infer: (context) => [
      tensorInfo(context.dtype(0), productDims(context, context.dims(0), context.dims(1))),
    ],
  }),
  fastGelu: operator({
    op: 'FastGelu',
    domain,
    since: 1,
    inputs: ['X', 'bias?'],
    outputs: ['Y'],
    attributes: {},
    anyRank: true,
    infer: sameAsFirst,
  }),
  /** A convolution, an addition of Z and an activation in one. */
  fusedConv: operator({
    op: 'FusedConv',
    domain,
    since: 1,
    inputs: ['X', 'W', 'B?', 'Z?'],
    outputs: ['Y'],
    attributes: {
      activation: 'string',
      activation_params: 'floats',
      auto_pad: 'string',
      dilations: 'ints',
      group: 'int',
      kernel_shape: 'ints',
      pads: 'ints',
      strides: 'ints',
    },
    infer: (context) => convolved(context, { x: 0, w: 1 }, context.dtype(0)),
  }),
  /** alpha·A·B with the last two axes of either turned. */
  fusedMatMul: operator({
    op: 'FusedMatMul',
    domain,
    since: 1,
    inputs: ['A', 'B'],
    outputs: ['Y'],
    attributes: { alpha: 'float', transA: 'int', transB: 'int', transBatchA: 'int', transBatchB: 'int' },
    infer: inferFusedMatMul,
  }),
  inverse: operator({
    op: 'Inverse',
    domain,
    since: 1,
    inputs: ['X'],
    outputs: ['Y'],
    attributes: {},
    anyRank: true,
    infer: sameAsFirst,
  }),
  matMulIntegerToFloat: operator({
    op: 'MatMulIntegerToFloat',
    domain,
    since: 1,
    inputs: ['A', 'B', 'a_scale', 'b_scale', 'a_zero_point?', 'b_zero_point?', 'bias?'],
    outputs: ['Y'],
    attributes: {},
    infer: (context) => [
      tensorInfo(context.dtype(2), productDims(context, context.dims(0), context.dims(1))),
    ],
  }),
  /** A [..., K] times weights of N columns packed in blocks of `block_size` along K. */
  matMulNBits: operator({
    op: 'MatMulNBits',
    domain,
    since: 1,
    inputs: ['A', 'B', 'scales', 'zero_points?', 'g_idx?', 'bias?'],
    outputs: ['Y'],
    attributes: {
      K: 'int!',
      N: 'int!',
      accuracy_level: 'int',
      bits: 'int',
      block_size: 'int!',
      weight_prepacked: 'int',
    },
    infer: (context) => [
      tensorInfo(context.dtype(0), [...context.dims(0).slice(0, -1), context.requiredInt('N')]),
    ],
  }),
  /**
   * Attention of tokens [batch, sequence, heads · size]; `attention_bias` is added to the scores
   * [batch or 1, heads or 1, sequence, total sequence], `bias` to query, key and value, one after the other.
   */
  multiHeadAttention: operator({
    op: 'MultiHeadAttention',
    domain,
    since: 1,
    inputs: [
      'query',
      'key?',
      'value?',
      'bias?',
      'key_padding_mask?',
      'attention_bias?',
      'past_key?',
      'past_value?',
      'past_sequence_length?',
      'cache_indirection?',
    ],
    outputs: ['output', 'present_key?', 'present_value?', 'qk?'],
    attributes: { mask_filter_value: 'float', num_heads: 'int!', scale: 'float', unidirectional: 'int' },
    infer: inferMultiHeadAttention,
  }),
  /** x·sigmoid(alpha·x) */
  quickGelu: operator({
    op: 'QuickGelu',
    domain,
    since: 1,
    inputs: ['X'],
    outputs: ['Y'],
    attributes: { alpha: 'float' },
    anyRank: true,
    infer: sameAsFirst,
  }),
  /** x·(mean of x² + epsilon)^−½·scale. onnxruntime keeps it among ONNX's own operators. */
  simplifiedLayerNormalization: operator({
    op: 'SimplifiedLayerNormalization',
    since: 1,
    inputs: ['X', 'scale'],
    outputs: ['Y', 'inv_std_var?'],
    attributes: { axis: 'int', epsilon: 'float', stash_type: 'int' },
    infer: inferSimplifiedLayerNormalization,
  }),
  /** LayerNormalization of input + skip + bias; the sum is the last result. */
  skipLayerNormalization: operator({
    op: 'SkipLayerNormalization',
    domain,
    since: 1,
    inputs: ['input', 'skip', 'gamma', 'beta?', 'bias?'],
    outputs: ['output', 'mean?', 'inv_std_var?', 'input_skip_bias_sum?'],
    attributes: { epsilon: 'float' },
    infer: inferSkipNormalization,
  }),
  /** The same without the mean (RMS). */
  skipSimplifiedLayerNormalization: operator({
    op: 'SkipSimplifiedLayerNormalization',
    domain,
    since: 1,
    inputs: ['input', 'skip', 'gamma', 'bias?'],
    outputs: ['output', 'mean?', 'inv_std_var?', 'input_skip_bias_sum?'],
    attributes: { epsilon: 'float' },
    infer: inferSkipNormalization,
  }),
} as const

function inferFusedMatMul(context: InferenceContext): OutputInfo[] {
  const [a, b] = [operand(context, 0, 'A'), operand(context, 1, 'B')]
  return [tensorInfo(context.sharedDtype(), productDims(context, a, b))]
}

/** `transBatch` moves the first axis behind the other batch axes before `trans` swaps the last two. */
function operand(context: InferenceContext, index: number, name: string): readonly Dim[] {
  const dims = context.dims(index)
  const [first, ...rest] = dims
  const turnsBatch = context.int(`transBatch${name}`, 0) !== 0 && first !== undefined && dims.length > 2
  const turned = turnsBatch ? rest.toSpliced(-1, 0, first) : dims
  const [rows, columns] = turned.slice(-2)
  if (context.int(`trans${name}`, 0) === 0 || rows === undefined || columns === undefined) return turned
  return [...turned.slice(0, -2), columns, rows]
}

/**
 * Query, key and value stand alone as tokens [B, S, D]; key and value may be split by heads already, [B, N, S, H]; or all
 * three are packed in `query` [B, S, N, 3, H] or [B, S, 3·D], or the latter two in `key` [B, S, N, 2, H].
 */
function inferMultiHeadAttention(context: InferenceContext): OutputInfo[] {
  const [query, key, value] = [context.dims(0), context.knownDims(1), context.knownDims(2)]
  const [batch = 0, sequence = 0] = query
  const hidden = hiddenOf(query, key, value)
  const heads = context.requiredInt('num_heads')
  const fresh = (key?.length === 4 ? key[2] : key?.[1]) ?? sequence
  const total = add(fresh, context.knownDims(6)?.[2] ?? 0)
  const dtype = context.dtype(0)
  const cache = tensorInfo(dtype, [batch, heads, total, floorDiv(hidden, heads)])
  return [
    tensorInfo(dtype, [batch, sequence, hidden]),
    key ? tensorInfo(dtype, [batch, heads, total, floorDiv(query[2] ?? 0, heads)]) : cache,
    cache,
    tensorInfo(dtype, [batch, heads, sequence, total]),
  ]
}

function hiddenOf(query: readonly Dim[], key?: readonly Dim[], value?: readonly Dim[]): Dim {
  if (value) return value.length === 4 ? mul(value[1] ?? 0, value[3] ?? 0) : (value[2] ?? 0)
  if (query.length === 5) return mul(query[2] ?? 0, query[4] ?? 0)
  return key ? (query[2] ?? 0) : floorDiv(query[2] ?? 0, 3)
}

function inferSimplifiedLayerNormalization(context: InferenceContext): OutputInfo[] {
  const dims = context.dims(0)
  const axis = context.axis(context.int('axis', -1), dims.length)
  const kept = dims.map((dim, index) => (index < axis ? dim : 1))
  return [...sameAsFirst(context), tensorInfo('float32', kept)]
}

function inferSkipNormalization(context: InferenceContext): OutputInfo[] {
  const statistics = tensorInfo('float32', [...context.dims(0).slice(0, -1), 1])
  const [same] = sameAsFirst(context)
  return same ? [same, statistics, statistics, same] : []
}

function recurrentOf(context: InferenceContext, hidden: Dim): OutputInfo[] {
  const [steps = 0, batch = 0] = context.dims(0)
  const directions = context.string('direction', 'forward') === 'bidirectional' ? 2 : 1
  const state = tensorInfo(context.dtype(0), [directions, batch, hidden])
  return [tensorInfo(context.dtype(0), [steps, directions, batch, hidden]), state, state]
}
