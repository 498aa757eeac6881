import { composites, floorDiv, type Value } from '../../../../graph/index.ts'
import { NONE, type PyValue, tuple } from '../../evaluator/values/index.ts'
import type { Arguments } from '../arguments.ts'
import type { OperatorContext } from '../context.ts'
import type { Evaluate, OperatorTable } from '../operator.ts'

/** x·Wᵀ + b of [.., features]. */
const projected = (c: OperatorContext, x: Value, weight: Value, bias: Value): Value =>
  c.b.add(c.b.matMul(x, c.b.transpose(weight, { perm: [1, 0] })), bias)

interface Attention {
  readonly heads: number
  readonly qkvWeight: Value
  readonly qkvBias: Value
  readonly outWeight: Value
  readonly outBias: Value
}

function attentionOf(args: Arguments, headsName: string): Attention {
  return {
    heads: args.number(headsName),
    qkvWeight: args.value('qkv_weight'),
    qkvBias: args.value('qkv_bias'),
    outWeight: args.value('proj_weight'),
    outBias: args.value('proj_bias'),
  }
}

interface Attended {
  readonly output: Value
  /** [batch, heads, length, length] */
  readonly weights: Value
}

/** Self-attention of x [batch, length, features]; the mask is true where a position is not looked at. */
function selfAttention(c: OperatorContext, x: Value, options: Attention, mask: Value | undefined): Attended {
  const { heads, qkvWeight, qkvBias, outWeight, outBias } = options
  const [batch = 1, length = 1, features = 1] = x.dims
  const width = floorDiv(features, heads)
  const joined = projected(c, x, qkvWeight, qkvBias)
  const [query, key, value] = c.b.split(joined, { axis: 2, num_outputs: 3 })
  if (!query || !key || !value || typeof width !== 'number') return c.refuse('a dynamic number of features')
  const apart = (part: Value): Value => c.reshape(part, [batch, length, heads, width])
  const scaled = c.b.mul(query, c.number(1 / Math.sqrt(width), x.dtype))
  const scores = c.b.matMul(
    c.b.transpose(apart(scaled), { perm: [0, 2, 1, 3] }),
    c.b.transpose(apart(key), { perm: [0, 2, 3, 1] }),
  )
  const seen = mask ? c.b.where(mask, c.number(Number.NEGATIVE_INFINITY, x.dtype), scores) : scores
  const weights = c.b.softmax(seen, { axis: -1 })
  const mixed = c.b.matMul(weights, c.b.transpose(apart(value), { perm: [0, 2, 1, 3] }))
  const together = c.reshape(c.b.transpose(mixed, { perm: [0, 2, 1, 3] }), [batch, length, features])
  return { output: projected(c, together, outWeight, outBias), weights }
}

/** Of type 0 a mask of pairs [L, L], of type 1 one of padding [N, L], of type 2 one of both, as scores have it. */
function maskOf(c: OperatorContext, args: Arguments): Value | undefined {
  if (!args.has('mask')) return undefined
  // PyTorch's own kernel takes any number but 0 for true.
  const mask = c.cast(args.value('mask'), 'bool')
  const type = args.has('mask_type') ? args.number('mask_type') : 2
  return type === 1 ? c.b.unsqueeze(mask, c.b.int64s([1, 2])) : mask
}

const nativeAttention: Evaluate = (c, args) => {
  const [query, key, value] = [args.value('query'), args.value('key'), args.value('value')]
  if (query !== key || query !== value) return c.refuse('attention between different sequences')
  const { output, weights } = selfAttention(c, query, attentionOf(args, 'num_head'), maskOf(c, args))
  return tuple([c.wrap(output), attentionWeights(c, args, weights)])
}

function attentionWeights(c: OperatorContext, args: Arguments, weights: Value): PyValue {
  if (!args.bool('need_weights')) return NONE
  if (!args.bool('average_attn_weights')) return c.wrap(weights)
  return c.wrap(c.b.reduceMean(weights, { axes: c.b.int64s([1]), keepdims: 0 }))
}

/** What `nn.TransformerEncoderLayer` calls in eval mode without gradients. */
const encoderLayer: Evaluate = (c, args) => {
  const source = args.value('src')
  const isFirst = args.bool('norm_first')
  const [before, after] = [isFirst, !isFirst]
  const norm = (x: Value, at: 1 | 2, applies: boolean): Value => (applies ? normalized(c, args, x, at) : x)
  const attended = selfAttention(c, norm(source, 1, before), attentionOf(args, 'num_heads'), maskOf(c, args))
  const x = norm(c.b.add(source, attended.output), 1, after)
  const hidden = projected(c, norm(x, 2, before), args.value('ffn_weight_1'), args.value('ffn_bias_1'))
  const active = args.bool('use_gelu') ? composites.gelu(c.b, hidden) : c.b.relu(hidden)
  const fed = projected(c, active, args.value('ffn_weight_2'), args.value('ffn_bias_2'))
  return c.wrap(norm(c.b.add(x, fed), 2, after))
}

function normalized(c: OperatorContext, args: Arguments, x: Value, at: 1 | 2): Value {
  const [weight, bias] = [args.value(`norm_weight_${at}`), args.value(`norm_bias_${at}`)]
  return c.b.layerNormalization(x, weight, { B: bias, axis: -1, epsilon: args.number('eps') })
}

/** Fused layers of nn.MultiheadAttention and nn.TransformerEncoderLayer, which traces without gradients hold. */
export const TRANSFORMER: OperatorTable = {
  _native_multi_head_attention: nativeAttention,
  _transformer_encoder_layer_fwd: encoderLayer,
}
