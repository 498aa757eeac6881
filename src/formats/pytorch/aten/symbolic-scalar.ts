import { type Builder, composites, type DType, isFloat, isInteger, type Value } from '../../../graph/index.ts'
import { exactlyRounded } from '../evaluator/numbers/rounded-floats.ts'
import type { ComputedFloat, FloatOperator, FloatValue, ScaledDim } from '../evaluator/values/index.ts'
import type { OperatorContext } from './context.ts'

/** A float that stems from dynamic sizes as a 0-D tensor: computed in double precision and rounded once, as in Python. */
export function symbolicScalar(c: OperatorContext, value: FloatValue, dtype: DType): Value {
  const whole = isInteger(dtype) ? exactlyRounded(c.interpreter, value, 'trunc') : undefined
  if (whole !== undefined) return c.cast(composites.sizeScalar(c.b, whole), dtype)
  if (value.symbolic?.kind === 'scaled' && isFloat(dtype)) {
    const { dim, numerator, denominator } = value.symbolic
    if (numerator === 1 && denominator === 1) return c.cast(composites.sizeScalar(c.b, dim), dtype)
  }
  return c.cast(inDouble(c, value, new Map()), dtype)
}

/** `done`: operands are shared, and each is emitted once. */
function inDouble(
  c: OperatorContext,
  { value, symbolic }: FloatValue,
  done: Map<ScaledDim | ComputedFloat, Value>,
): Value {
  if (!symbolic) return c.number(value, 'float64')
  const known = done.get(symbolic)
  if (known) return known
  const made = symbolic.kind === 'scaled' ? fraction(c, symbolic) : computed(c, symbolic, done)
  done.set(symbolic, made)
  return made
}

/** n / d as one division: 1/3 has no double, and a product with it would round twice. */
function fraction(c: OperatorContext, { dim, numerator, denominator }: ScaledDim): Value {
  const size = c.cast(composites.sizeScalar(c.b, dim), 'float64')
  const top = numerator === 1 ? size : c.b.mul(size, c.number(numerator, 'float64'))
  return denominator === 1 ? top : c.b.div(top, c.number(denominator, 'float64'))
}

function computed(
  c: OperatorContext,
  { operator, operands }: ComputedFloat,
  done: Map<ScaledDim | ComputedFloat, Value>,
): Value {
  const [a, b] = operands.map((operand) => inDouble(c, operand, done))
  return a ? EMITTED[operator](c.b, a, b ?? a) : c.fail('a number is needed')
}

const EMITTED: Readonly<Record<FloatOperator, (b: Builder, left: Value, right: Value) => Value>> = {
  add: (b, left, right) => b.add(left, right),
  sub: (b, left, right) => b.sub(left, right),
  mul: (b, left, right) => b.mul(left, right),
  div: (b, left, right) => b.div(left, right),
  pow: (b, left, right) => b.pow(left, right),
  sqrt: (b, value) => b.sqrt(value),
  log: (b, value) => b.log(value),
}
