import { ModelError } from '../../../errors/index.ts'
import type { Value } from '../../value.ts'
import type { Builder } from '../builder.ts'
import type { DirectionWeights } from './recurrent.ts'

/** One step of an LSTM on x [N, input]: states [N, H]; gates i, f, g, o one below the other in the weights, as in PyTorch. */
export function lstmCell(
  b: Builder,
  x: Value,
  state: { readonly hidden: Value; readonly cell: Value },
  weights: DirectionWeights,
): { readonly hidden: Value; readonly cell: Value } {
  const sum = b.add(...products(b, x, state.hidden, weights))
  const [input, forget, candidate, output] = gates(b, sum, 4)
  const kept = b.mul(b.sigmoid(forget), state.cell)
  const cell = b.add(kept, b.mul(b.sigmoid(input), b.tanh(candidate)))
  return { hidden: b.mul(b.sigmoid(output), b.tanh(cell)), cell }
}

/** One step of a GRU, h' = (1 − z)·n + z·h: gates r, z, n, the reset behind the product, as in PyTorch. */
export function gruCell(b: Builder, x: Value, hidden: Value, weights: DirectionWeights): Value {
  const [given, recurrent] = products(b, x, hidden, weights)
  const [r, z, n] = gates(b, given, 3)
  const [hr, hz, hn] = gates(b, recurrent, 3)
  const update = b.sigmoid(b.add(z, hz))
  const candidate = b.tanh(b.add(n, b.mul(b.sigmoid(b.add(r, hr)), hn)))
  return b.add(candidate, b.mul(update, b.sub(hidden, candidate)))
}

/** One step of a plain RNN. */
export const rnnCell = (
  b: Builder,
  x: Value,
  hidden: Value,
  weights: DirectionWeights,
  activation: 'tanh' | 'relu' = 'tanh',
): Value => b[activation](b.add(...products(b, x, hidden, weights)))

/** x·Wᵀ + b of the input and of the state, gates side by side. */
function products(
  b: Builder,
  x: Value,
  hidden: Value,
  { input, recurrent, inputBias, recurrentBias }: DirectionWeights,
): readonly [input: Value, recurrent: Value] {
  const product = (of: Value, weight: Value, bias: Value | undefined): Value =>
    b.gemm(of, weight, { transB: 1, C: bias })
  return [product(x, input, inputBias), product(hidden, recurrent, recurrentBias)]
}

function gates(b: Builder, x: Value, count: 3): readonly [Value, Value, Value]
function gates(b: Builder, x: Value, count: 4): readonly [Value, Value, Value, Value]
function gates(b: Builder, x: Value, count: number): readonly Value[] {
  const parts = b.split(x, { axis: 1, num_outputs: count })
  if (parts.length === count) return parts
  throw new ModelError('INTERNAL', {
    what: `A split into ${count} gave ${parts.length} parts`,
    where: b.origin,
  })
}
