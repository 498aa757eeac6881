import type { Value } from '../../value.ts'
import type { Builder } from '../builder.ts'
import { number } from './casting.ts'

/**
 * log(1 + x), to full precision for small x too. What 1 + x rounds away is made up for by x over what arrived of it
 * (W. Kahan; N. Higham, Accuracy and Stability of Numerical Algorithms, 1.14.1).
 */
export function log1p(b: Builder, x: Value): Value {
  const one = number(b, x.dtype, 1)
  const sum = b.add(x, one)
  const arrived = b.sub(sum, one)
  const corrected = b.mul(b.log(sum), b.div(x, arrived))
  // Of large numbers all of x arrives, of infinity too; of tiny ones nothing.
  const large = b.where(b.equal(arrived, x), b.log(sum), corrected)
  return b.where(b.equal(arrived, number(b, x.dtype, 0)), x, large)
}

/** eˣ − 1 = tanh(x/2)·(eˣ + 1), where nothing cancels for small x. */
export function expm1(b: Builder, x: Value): Value {
  const half = b.tanh(b.mul(x, number(b, x.dtype, 0.5)))
  return b.mul(half, b.add(b.exp(x), number(b, x.dtype, 1)))
}
