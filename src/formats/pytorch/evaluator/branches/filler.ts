import { composites, type Dim, symbolsOf, type Value } from '../../../../graph/index.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'

/** Zeros of a value's type, for a branch that has no such value; of no elements where only the data decides how many. */
export function fillerLike(i: Interpreter, { dtype, dims }: Value): Value {
  const { b, model } = i.session
  const isDecided = (dim: Dim): boolean => ![...symbolsOf(dim)].some((name) => model.unbacked.has(name))
  const zero = b.scalar(dtype, 0)
  if (dims.length === 0) return zero
  return b.expand(
    zero,
    composites.shapeTensor(
      b,
      dims.map((dim) => (isDecided(dim) ? dim : 0)),
    ),
  )
}
