import { type Builder, createBuilder } from '../../../build/builder.ts'
import { broadcastTo, cast, number, permute, sizeScalar, unsqueeze } from '../../../build/composites/index.ts'
import type { Dim } from '../../../dims/index.ts'
import { Graph } from '../../../graph.ts'
import type { Value } from '../../../value.ts'
import { tensorType } from '../../../value-type.ts'
import type { Adapter, OldCall } from '../adapter.ts'
import { joinHeads, repeatHeads } from './heads.ts'

/** What a rule reads besides queries, keys and values. */
const RULES: ReadonlyMap<string, { readonly gated: boolean; readonly delta: boolean }> = new Map([
  ['linear', { gated: false, delta: false }],
  ['gated', { gated: true, delta: false }],
  ['delta', { gated: false, delta: true }],
  ['gated_delta', { gated: true, delta: true }],
])

/**
 * Opset 27, https://onnx.ai/onnx/operators/onnx__LinearAttention.html: a state [N, heads, dk, dv] that every token decays,
 * corrects, writes to and reads, in float32. One Scan over the tokens.
 */
export const linearAttention: Adapter = {
  op: 'LinearAttention',
  below: Number.POSITIVE_INFINITY,
  adapt: (call) => {
    const { builder: b, node } = call
    const [query, past] = [node.input(0), node.inputs[3]]
    for (const index of [0, 1, 2]) call.rank(index)
    const rule = RULES.get(node.attribute('update_rule', 'string') ?? 'gated_delta')
    if (!rule) return call.refuse('its update_rule is not known')
    const tokens = tokensOf(call, rule)
    const start = past ? cast(b, past, 'float32') : zeroState(b, tokens)
    const [state, outputs] = b.scan([start, ...tokens.all], {
      body: step(call, tokens),
      num_scan_inputs: tokens.all.length,
    })
    if (!state || !outputs) return call.refuse('it has no outputs')
    const result = joinHeads(b, permute(b, outputs, [1, 2, 0, 3]))
    return [cast(b, result, query.dtype), cast(b, state, past?.dtype ?? query.dtype)]
  },
}

/** Inputs with the tokens in front: [L, N, heads, d]. */
interface Tokens {
  readonly query: Value
  readonly key: Value
  readonly value: Value
  readonly decay: Value | undefined
  readonly beta: Value | undefined
  readonly all: readonly Value[]
}

function tokensOf(
  call: OldCall,
  { gated, delta }: { readonly gated: boolean; readonly delta: boolean },
): Tokens {
  const { node } = call
  const [heads, shared] = [call.requiredInt('q_num_heads'), call.requiredInt('kv_num_heads')]
  if (heads % shared !== 0) call.refuse(`${heads} heads of queries cannot share ${shared} of keys`)
  const query = scaled(call, tokensFirst(call, node.input(0), heads))
  const [key, value] = [1, 2].map((index) => tokensFirst(call, node.input(index), shared))
  const decay = gated ? tokensFirst(call, node.input(4), shared) : undefined
  const beta = delta ? tokensFirst(call, node.input(5), node.input(5).dims[2] === 1 ? 1 : shared) : undefined
  if (!key || !value) return call.refuse('its keys are missing')
  return {
    query,
    key,
    value,
    decay,
    beta,
    all: [query, key, value, decay, beta].filter((token) => token !== undefined),
  }
}

/** [N, L, heads·d] → [L, N, heads, d] in float32 */
function tokensFirst({ builder: b }: OldCall, x: Value, heads: number): Value {
  return permute(b, b.reshape(cast(b, x, 'float32'), b.int64s([0, 0, heads, -1])), [1, 0, 2, 3])
}

function scaled({ builder: b, node }: OldCall, query: Value): Value {
  const size = query.dims[3] ?? 1
  const given =
    node.attribute('scale', 'float') || (typeof size === 'number' ? 1 / Math.sqrt(size) : undefined)
  if (given !== undefined) return b.mul(query, number(b, 'float32', given))
  return b.div(query, b.sqrt(cast(b, sizeScalar(b, size), 'float32')))
}

function zeroState(b: Builder, { key, value }: Tokens): Value {
  const [, batch = 0, heads = 0, size = 0] = key.dims
  return broadcastTo(b, number(b, 'float32', 0), [batch, heads, size, value.dims[3] ?? 0])
}

/** S ← e^g·S, v ← β·(v − Sᵀk), S ← S + k⊗v, o = Sᵀq */
function step({ builder, model }: OldCall, tokens: Tokens): Graph {
  const body = new Graph('token')
  const b = createBuilder(model, { graph: body, outer: builder.at })
  const { key, value } = tokens
  const [, batch = 0, shared = 0, size = 0] = key.dims
  const state = body.addInput('state', tensorType('float32', [batch, shared, size, value.dims[3] ?? 0]))
  const one = (token: Value | undefined, name: string): Value | undefined =>
    token && body.addInput(name, tensorType('float32', token.dims.slice(1)))
  const [q, k, v] = [one(tokens.query, 'query'), one(key, 'key'), one(value, 'value')]
  const [decay, beta] = [one(tokens.decay, 'decay'), one(tokens.beta, 'beta')]
  if (!q || !k || !v) return body
  const decayed = decay ? b.mul(state, b.exp(unsqueeze(b, decay, [3]))) : state
  const correction = beta && b.mul(beta, b.sub(v, read(b, decayed, k)))
  const written = b.add(decayed, b.mul(unsqueeze(b, k, [3]), unsqueeze(b, correction ?? v, [2])))
  body.addOutput('next', written)
  body.addOutput('output', read(b, repeatHeads(b, written, groupSize(q.dims, shared)), q))
  return body
}

const groupSize = ([, heads]: readonly Dim[], shared: Dim): number => Number(heads) / Number(shared)

/** Sᵀx: [N, heads, dk, dv] and [N, heads, dk] → [N, heads, dv] */
function read(b: Builder, state: Value, x: Value): Value {
  const row = b.matMul(unsqueeze(b, x, [2]), state)
  return b.squeeze(row, { axes: b.int64s([2]) })
}
