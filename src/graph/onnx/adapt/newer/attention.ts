import type { Builder } from '../../../build/builder.ts'
import {
  cast,
  number,
  padAxes,
  rangeOf,
  sizeScalar,
  swapAxes,
  unsqueeze,
} from '../../../build/composites/index.ts'
import { type Dim, dimName, sub } from '../../../dims/index.ts'
import { type DType, dtypeFromOnnx } from '../../../dtype.ts'
import type { Value } from '../../../value.ts'
import type { Adapter, OldCall } from '../adapter.ts'
import { joinHeads, repeatHeads, splitHeads } from './heads.ts'

/** Opset 24: a mask may be shorter than what it masks. */
const SHORTER_MASKS = 24

/**
 * Scaled dot product attention with masks, grouped heads and a cache, from opset 23 on
 * (https://onnx.ai/onnx/operators/onnx__Attention.html). The scale is put on the queries alone.
 */
export const attention: Adapter = {
  op: 'Attention',
  below: Number.POSITIVE_INFINITY,
  adapt: (call) => {
    const { builder: b, node } = call
    const [pastKey, pastValue] = [node.inputs[4], node.inputs[5]]
    const isPacked = call.rank(0) === 3
    const [q, newKey, newValue] = headsOf(call, isPacked)
    const key = pastKey ? b.concat([pastKey, newKey], { axis: 2 }) : newKey
    const value = pastValue ? b.concat([pastValue, newValue], { axis: 2 }) : newValue
    const times = groupSize(call, q, key)

    const products = b.matMul(scaled(call, q), swapAxes(b, repeatHeads(b, key, times), -1, -2))
    const capped = softcapped(b, products, node.attribute('softcap', 'float') ?? 0)
    const masked = biases(call, q, key).reduce((scores, bias) => b.add(scores, bias), capped)
    const weights = shownAlone(call, masked, softmax(b, masked, softmaxDtype(call)))
    const mixed = cast(b, b.matMul(cast(b, weights, value.dtype), repeatHeads(b, value, times)), q.dtype)
    const stages = [products, capped, masked, weights]
    const shown = stages[node.attribute('qk_matmul_output_mode', 'int') ?? 0] ?? products
    return [isPacked ? joinHeads(b, mixed) : mixed, key, value, shown]
  },
}

/** Q, K and V as [N, heads, L, d]. */
function headsOf(call: OldCall, isPacked: boolean): [q: Value, k: Value, v: Value] {
  const { builder: b, node } = call
  const [q, k, v] = [node.input(0), node.input(1), node.input(2)]
  if (!isPacked) return [q, k, v]
  const [heads, shared] = [call.requiredInt('q_num_heads'), call.requiredInt('kv_num_heads')]
  return [splitHeads(b, q, heads), splitHeads(b, k, shared), splitHeads(b, v, shared)]
}

/** How many heads of queries share one of keys. */
function groupSize(call: OldCall, { dims: [, heads = 0] }: Value, { dims: [, shared = 0] }: Value): number {
  if (heads === shared) return 1
  if (typeof heads !== 'number' || typeof shared !== 'number' || heads % shared !== 0)
    return call.refuse(`its heads make no groups: ${dimName(heads)} of queries, ${dimName(shared)} of keys`)
  return heads / shared
}

/** The queries times the scale, which is 1/√d where none is given. */
function scaled({ builder: b, node }: OldCall, q: Value): Value {
  const given = node.attribute('scale', 'float')
  const size = q.dims[3] ?? 1
  if (given !== undefined || typeof size === 'number')
    return b.mul(q, number(b, q.dtype, given ?? 1 / Math.sqrt(Number(size))))
  return b.div(q, b.sqrt(cast(b, sizeScalar(b, size), q.dtype)))
}

const softcapped = (b: Builder, scores: Value, cap: number): Value =>
  cap === 0
    ? scores
    : b.mul(b.tanh(b.div(scores, number(b, scores.dtype, cap))), number(b, scores.dtype, cap))

function softmaxDtype({ node }: OldCall): DType | undefined {
  const code = node.attribute('softmax_precision', 'int')
  return code === undefined ? undefined : dtypeFromOnnx(code)
}

const softmax = (b: Builder, scores: Value, precision: DType = scores.dtype): Value =>
  cast(b, b.softmax(cast(b, scores, precision)), scores.dtype)

/**
 * A query that sees no key weighs all of them 0, where the softmax of nothing but −∞ is no number. Without a mask or lengths
 * every query sees the first key.
 */
function shownAlone({ builder: b, node }: OldCall, scores: Value, weights: Value): Value {
  if (!node.inputs[3] && !node.inputs[6]) return weights
  const most = b.reduceMax(cast(b, scores, 'float32'), { axes: b.int64s([-1]) })
  const isBlind = b.equal(most, b.scalar('float32', Number.NEGATIVE_INFINITY))
  return b.where(isBlind, number(b, weights.dtype, 0), weights)
}

/** What is added to the scores: a mask of floats as it is; whatever must not be seen as −∞. */
function biases(call: OldCall, q: Value, key: Value): Value[] {
  const { builder: b, node } = call
  const [mask, lengths] = [node.inputs[3], node.inputs[6]]
  const visible: Value[] = []
  const added: Value[] = []
  if (mask) (mask.dtype === 'bool' ? visible : added).push(paddedMask(call, mask, key.dims[2] ?? 0))
  if (node.attribute('is_causal', 'int') === 1)
    visible.push(causal(b, q, key, { past: node.inputs[4], lengths }))
  if (lengths) visible.push(b.less(rangeOf(b, key.dims[2] ?? 0), unsqueeze(b, lengths, [1, 2, 3])))
  const [first, ...others] = visible
  if (!first) return added
  const all = others.reduce((both, condition) => b.and(both, condition), first)
  return [...added, b.where(all, number(b, q.dtype, 0), number(b, q.dtype, Number.NEGATIVE_INFINITY))]
}

/** A mask that ends early hides what is behind it. */
function paddedMask({ builder: b, opset }: OldCall, mask: Value, total: Dim): Value {
  const last = mask.dims.at(-1) ?? 0
  if (opset < SHORTER_MASKS || last === total) return mask
  const value = mask.dtype === 'bool' ? 0 : Number.NEGATIVE_INFINITY
  return padAxes(b, mask, new Map([[mask.rank - 1, [0, sub(total, last)]]]), { value })
}

interface Before {
  readonly past: Value | undefined
  /** [N]: how many of the keys are there; the last of them stands beside the last query. */
  readonly lengths: Value | undefined
}

/** Whether a query, counted behind the cache, is at a key or behind it: [L, S], or with lengths [N, 1, L, S]. */
function causal(b: Builder, q: Value, key: Value, { past, lengths }: Before): Value {
  const [rows, columns] = [rangeOf(b, q.dims[2] ?? 0), rangeOf(b, key.dims[2] ?? 0)]
  if (lengths) {
    const first = b.sub(unsqueeze(b, lengths, [1, 2, 3]), sizeScalar(b, q.dims[2] ?? 0))
    return b.greaterOrEqual(b.add(first, unsqueeze(b, rows, [1])), columns)
  }
  const places = past ? b.add(rows, sizeScalar(b, past.dims[2] ?? 0)) : rows
  return b.greaterOrEqual(unsqueeze(b, places, [1]), columns)
}
