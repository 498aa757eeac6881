import { type Dim, isFloat, tensorOf, type Value } from '../../../../graph/index.ts'
import { concrete } from '../../evaluator/decisions.ts'
import { isNumber } from '../../evaluator/numbers/numbers.ts'
import { type PyValue, tuple } from '../../evaluator/values/index.ts'
import type { Arguments } from '../arguments.ts'
import type { OperatorContext } from '../context.ts'
import { promoted, promotePair } from '../operands.ts'
import type { Evaluate, OperatorTable } from '../operator.ts'
import { noteLeftOut } from './dropout.ts'

/** x·Wᵀ + b. Gemm for matrices; MatMul, which batches, for the rest. */
const linear: Evaluate = (c, args) => {
  const [x, weight, bias] = [args.value('input'), args.value('weight'), args.optionalValue('bias')]
  if (weight.rank === 1) {
    const y = c.b.matMul(x, weight)
    return c.wrap(bias ? c.b.add(y, bias) : y)
  }
  if (x.rank === 2 && isFloat(x.dtype)) return c.wrap(c.b.gemm(x, weight, { C: bias, transB: 1 }))
  const y = c.b.matMul(x, c.b.transpose(weight, { perm: [1, 0] }))
  return c.wrap(bias ? c.b.add(y, bias) : y)
}

const product =
  (first: string, second: string): Evaluate =>
  (c, args) => {
    if (args.has('out_dtype')) return c.refuse('out_dtype')
    return c.wrap(c.b.matMul(args.value(first), args.value(second)))
  }

const factor = (args: Arguments, name: string): number => {
  const value = args.get(name)
  return isNumber(value) ? args.number(name) : 1
}

const scaled = (c: OperatorContext, x: Value, by: number): Value =>
  by === 1 ? x : c.b.mul(x, c.number(by, x.dtype))

/** Gemm, of which onnxruntime has kernels for floats alone. */
const addmm: Evaluate = (c, args) => {
  const [a, b] = [args.value('mat1'), args.value('mat2')]
  const [alpha, beta] = [factor(args, 'alpha'), factor(args, 'beta')]
  if (!isFloat(a.dtype)) return added(c, args, c.b.matMul(a, b))
  return c.wrap(c.b.gemm(a, b, { C: beta === 0 ? undefined : args.value('self'), alpha, beta }))
}

/** beta · self + alpha · product */
function added(c: OperatorContext, args: Arguments, product: Value): PyValue {
  const joined = scaled(c, product, factor(args, 'alpha'))
  const beta = factor(args, 'beta')
  return c.wrap(beta === 0 ? joined : c.b.add(scaled(c, args.value('self'), beta), joined))
}

const baddbmm: Evaluate = (c, args) => added(c, args, c.b.matMul(args.value('batch1'), args.value('batch2')))

const outer: Evaluate = (c, args) => {
  const { a, b, dtype } = promotePair(c, args, ['self', 'vec2'])
  const [column, row] = [c.b.unsqueeze(a, c.b.int64s([1])), c.b.unsqueeze(b, c.b.int64s([0]))]
  return c.wrap(dtype === 'bool' ? c.b.and(column, row) : c.b.mul(column, row))
}

const einsum: Evaluate = (c, args) => {
  const equation = args.string('equation').replaceAll(' ', '')
  const tensors = args.values('tensors')
  const dtype = promoted(tensors.map((value) => ({ kind: 'tensor', dtype: value.dtype, rank: value.rank })))
  const operands = tensors.map((value) => c.cast(value, dtype))
  return c.wrap(c.b.einsum(operands, { equation }))
}

const bilinear: Evaluate = (c, args) => {
  const operands = [args.value('input1'), args.value('weight'), args.value('input2')]
  const y = c.b.einsum(operands, { equation: '...i,oij,...j->...o' })
  const bias = args.optionalValue('bias')
  return c.wrap(bias ? c.b.add(y, bias) : y)
}

/**
 * softmax(q·kᵀ·scale + mask)·v over [..., L, E] (PyTorch's own reference in nn.functional). A row whose mask hides all keys
 * is 0 (`_safe_softmax`, torch 2.5 and later).
 */
const attended = (c: OperatorContext, args: Arguments, maskName: string): Value => {
  const query = args.value('query')
  const heads = (name: string): Value =>
    args.bool('enable_gqa') ? sharedHeads(c, args.value(name), query) : args.value(name)
  const [key, value] = [heads('key'), heads('value')]
  if (args.number('dropout_p') > 0) noteLeftOut(c)
  const perm = key.dims.map((_, axis) => axis)
  perm.splice(-2, 2, key.rank - 1, key.rank - 2)
  const scores = c.b.mul(c.b.matMul(query, c.b.transpose(key, { perm })), scaleOf(c, args, query))
  const masked = mask(c, args, args.optionalValue(maskName), { scores, query, key })
  const mixed = c.b.matMul(c.b.softmax(masked, { axis: -1 }), value)
  const given = args.bool('is_causal') ? undefined : args.optionalValue(maskName)
  if (!given || given.rank === 0) return mixed
  return c.b.where(hidesAll(c, given), c.number(0, mixed.dtype), mixed)
}

/**
 * The kernels that `scaled_dot_product_attention` is decomposed to: their further results serve the gradient, and the weights
 * of the first one whoever asks for them.
 */
const attentionKernel =
  (maskName: string): Evaluate =>
  (c, args) => {
    const unused = { kind: 'opaque', reason: 'statistics of an attention' } as const
    return tuple([c.wrap(attended(c, args, maskName)), ...Array.from({ length: 8 }, () => unused)])
  }

/** Grouped queries: each head of [.., heads, S, E] as often as queries share it. */
function sharedHeads(c: OperatorContext, x: Value, query: Value): Value {
  const [heads, wanted] = [x.dims.at(-3) ?? 1, query.dims.at(-3) ?? 1]
  if (heads === wanted) return x
  const times = concrete(c.session, wanted) / concrete(c.session, heads)
  if (!Number.isInteger(times)) return c.fail('the heads of queries are no multiple of those of keys')
  const [outer, inner] = [x.dims.slice(0, -2), x.dims.slice(-2)]
  const apart = c.reshape(x, [...outer, 1, ...inner])
  const repeated = c.b.expand(apart, c.dims([...outer, times, ...inner]))
  return c.reshape(repeated, [...outer.slice(0, -1), wanted, ...inner])
}

/** Which rows of a mask [.., L, S] leave no key, as [.., L, 1]: read off the mask, which is smaller than the scores. */
function hidesAll(c: OperatorContext, mask: Value): Value {
  const isBool = mask.dtype === 'bool'
  const visible = c.b.reduceMax(isBool ? c.cast(mask, 'int32') : mask, {
    axes: c.b.int64s([-1]),
    keepdims: 1,
  })
  return c.b.equal(visible, c.number(isBool ? 0 : Number.NEGATIVE_INFINITY, visible.dtype))
}

/** 1/√E unless the call says otherwise. */
function scaleOf(c: OperatorContext, args: Arguments, query: Value): Value {
  const given = args.optionalNumber('scale')
  const width = query.dims.at(-1) ?? 1
  if (given !== undefined) return c.number(given, query.dtype)
  if (typeof width === 'number') return c.number(1 / Math.sqrt(width), query.dtype)
  return c.b.reciprocal(c.b.sqrt(c.cast(c.size(width), query.dtype)))
}

interface Scores {
  readonly scores: Value
  readonly query: Value
  readonly key: Value
}

function mask(
  c: OperatorContext,
  args: Arguments,
  given: Value | undefined,
  { scores, query, key }: Scores,
): Value {
  if (args.bool('is_causal')) {
    const sizes = [query.dims.at(-2) ?? 1, key.dims.at(-2) ?? 1]
    return hidden(c, scores, lowerTriangle(c, sizes))
  }
  if (!given) return scores
  return given.dtype === 'bool' ? hidden(c, scores, given) : c.b.add(scores, given)
}

const hidden = (c: OperatorContext, scores: Value, visible: Value): Value =>
  c.b.where(visible, scores, c.number(Number.NEGATIVE_INFINITY, scores.dtype))

/** True where the row is not above the column. */
function lowerTriangle(c: OperatorContext, sizes: readonly Dim[]): Value {
  const ones = c.b.constantOfShape(c.dims(sizes), { value: tensorOf('int32', [1], [1]) })
  return c.cast(c.b.trilu(ones, { upper: 0 }), 'bool')
}

/** Products of matrices, and what is made of them. */
export const LINEAR: OperatorTable = {
  linear,
  matmul: product('self', 'other'),
  mm: product('self', 'mat2'),
  bmm: product('self', 'mat2'),
  mv: product('self', 'vec'),
  dot: product('self', 'tensor'),
  inner: (c, args) =>
    args.tensor('self').rank === 1
      ? product('self', 'other')(c, args)
      : c.refuse('tensors of more than one dim'),
  addmm,
  baddbmm,
  outer,
  ger: outer,
  einsum,
  bilinear,
  scaled_dot_product_attention: (c, args) => c.wrap(attended(c, args, 'attn_mask')),
  _scaled_dot_product_attention_math: attentionKernel('attn_mask'),
  _scaled_dot_product_flash_attention_for_cpu: attentionKernel('attn_mask'),
  _scaled_dot_product_flash_attention: attentionKernel('attn_mask'),
  _scaled_dot_product_efficient_attention: attentionKernel('attn_bias'),
  _scaled_dot_product_cudnn_attention: attentionKernel('attn_bias'),
  _scaled_dot_product_fused_attention_overrideable: attentionKernel('attn_bias'),
}
