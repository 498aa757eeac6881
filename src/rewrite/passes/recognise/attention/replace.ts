import type { Builder, Model, Value } from '../../../../graph/index.ts'
import { builderAt } from '../../../match/edit.ts'
import { isSameType } from '../../../match/types.ts'
import type { Place } from '../../../pattern/layout.ts'
import type { Attention } from './attention.ts'
import type { Guard } from './guard.ts'
import { prepare } from './inputs.ts'
import { isFiniteMask } from './mask.ts'
import type { Masks } from './masks.ts'
import { isSequenceFirst } from './places.ts'

/** Puts the operator where the tokens are whole again. */
export function replace(model: Model, masks: Masks, attention: Attention): void {
  const { result, heads, scale, guards } = attention
  const root = result.value.producer
  if (!root) return
  const b = builderAt(model, root)
  const { query, key, value, bias } = prepare(b, attention)
  const output = b.multiHeadAttention(query, {
    key,
    value,
    bias,
    attention_bias: masks.of(b, attention, query),
    num_heads: heads,
    scale,
  })
  const guarded = guards.reduce((tokens, guard) => withGuard(b, tokens, guard, attention), output)
  result.value.replaceUsesWith(asResult(b, guarded, attention))
}

/** Zeros where the weights were: a row of weights is NaN as a whole, and so is then what it mixes. */
function withGuard(b: Builder, tokens: Value, guard: Guard, { mask, rank }: Attention): Value {
  const zero = b.scalar(tokens.dtype, 0)
  if (guard.kind === 'nan')
    return isFiniteMask(mask, tokens.dtype) ? tokens : b.where(b.isNaN(tokens), zero, tokens)
  const hidden = rank === 3 ? guard.hidden : b.squeeze(guard.hidden, { axes: b.int64s([1]) })
  return b.where(hidden, zero, tokens)
}

/** Tokens as the nodes after them read them. */
function asResult(b: Builder, output: Value, { result, batch, sequence }: Attention): Value {
  if (isSameType(output, result.value)) return output
  const turns = isSequenceFirst(result) && batch !== 1 && sequence !== 1
  const tokens = turns ? b.transpose(output, { perm: [1, 0, 2] }) : output
  if (isSameType(tokens, result.value)) return tokens
  return b.reshape(tokens, shapeOf(b, result))
}

function shapeOf(b: Builder, { value, nodes }: Place): Value {
  const last = nodes.at(-1)
  const open = value.dims.filter((dim) => typeof dim !== 'number')
  if (open.length > 1 && last?.op === 'Reshape') return last.input(1)
  return b.int64s(value.dims.map((dim) => (typeof dim === 'number' ? dim : -1)))
}
