import { composites, isFloat, type Value } from '../../../../graph/index.ts'
import type { Arguments } from '../arguments.ts'
import type { OperatorContext } from '../context.ts'
import { floating, promotePair } from '../operands.ts'
import type { Evaluate, OperatorTable } from '../operator.ts'

const like = (c: OperatorContext, x: Value, value: number): Value => c.number(value, x.dtype)

/** A function of one real tensor. */
const unary =
  (emit: (c: OperatorContext, x: Value, args: Arguments) => Value): Evaluate =>
  (c, args) =>
    c.wrap(emit(c, floating(c, args), args))

/** A function of two real tensors. */
const binary =
  (emit: (c: OperatorContext, a: Value, b: Value) => Value): Evaluate =>
  (c, args) => {
    const { a, b } = promotePair(c, args, undefined, 'float')
    return c.wrap(emit(c, a, b))
  }

const isNegative = (c: OperatorContext, x: Value): Value => c.b.less(x, like(c, x, 0))
const isZero = (c: OperatorContext, x: Value): Value => c.b.equal(x, like(c, x, 0))

/** log(eᵃ + eᵇ), by the larger of the two. */
function logAddExp(c: OperatorContext, a: Value, b: Value): Value {
  const larger = c.b.max([a, b])
  const gap = c.b.neg(c.b.abs(c.b.sub(a, b)))
  const sum = c.b.add(larger, composites.log1p(c.b, c.b.exp(gap)))
  return c.b.where(c.b.equal(a, b), c.b.add(a, like(c, a, Math.LN2)), sum)
}

/** sin(πx)/(πx), which is 1 at 0. */
function sinc(c: OperatorContext, x: Value): Value {
  const scaled = c.b.mul(x, like(c, x, Math.PI))
  const safe = c.b.where(isZero(c, x), like(c, x, 1), scaled)
  return c.b.where(isZero(c, x), like(c, x, 1), c.b.div(c.b.sin(safe), safe))
}

/** −x·log x, and −∞ of what is negative. */
const entropy = (c: OperatorContext, x: Value): Value =>
  c.b.where(isNegative(c, x), like(c, x, Number.NEGATIVE_INFINITY), c.b.neg(c.b.mul(x, c.b.log(x))))

function logit(c: OperatorContext, x: Value, args: Arguments): Value {
  const epsilon = args.optionalNumber('eps')
  const kept =
    epsilon === undefined ? x : c.b.clip(x, { min: like(c, x, epsilon), max: like(c, x, 1 - epsilon) })
  return c.b.log(c.b.div(kept, c.b.sub(like(c, x, 1), kept)))
}

/** The one that is a number, where the other is not. */
const extremum =
  (name: 'max' | 'min'): Evaluate =>
  (c, args) => {
    const { a, b, dtype } = promotePair(c, args)
    if (!isFloat(dtype)) return c.wrap(c.b[name]([a, b]))
    const first = c.b.where(c.b.isNaN(b), a, c.b[name]([a, b]))
    return c.wrap(c.b.where(c.b.isNaN(a), b, first))
  }

/** |a − b| ≤ atol + rtol·|b| */
const isClose: Evaluate = (c, args) => {
  const { a, b, dtype } = promotePair(c, args)
  if (!isFloat(dtype)) return c.wrap(c.b.equal(a, b))
  const relative = c.b.mul(like(c, b, args.number('rtol')), c.b.abs(b))
  const bound = c.b.add(like(c, b, args.number('atol')), relative)
  return c.wrap(c.b.or(c.b.equal(a, b), c.b.lessOrEqual(c.b.abs(c.b.sub(a, b)), bound)))
}

const infinite =
  (which: 'positive' | 'negative'): Evaluate =>
  (c, args) => {
    const x = floating(c, args)
    const hidden = which === 'positive' ? { detect_negative: 0 } : { detect_positive: 0 }
    return c.wrap(c.b.isInf(x, hidden))
  }

/** Shifts by powers of two: ONNX's own take unsigned integers only. */
const shift =
  (apply: (c: OperatorContext, x: Value, power: Value) => Value): Evaluate =>
  (c, args) => {
    const { a, b, dtype } = promotePair(c, args)
    if (isFloat(dtype)) return c.refuse('a shift of floats')
    const [x, by] = [c.cast(a, 'int64'), c.cast(b, 'int64')]
    return c.wrap(c.cast(apply(c, x, c.b.pow(c.number(2, 'int64'), by)), dtype))
  }

const leftShift = shift((c, x, power) => c.b.mul(x, power))
const rightShift = shift((c, x, power) => composites.floorDivide(c.b, x, power))

/** Rarer functions, from those that ONNX has. */
export const SPECIAL: OperatorTable = {
  hypot: binary((c, a, b) => c.b.sqrt(c.b.add(c.b.mul(a, a), c.b.mul(b, b)))),
  logaddexp: binary(logAddExp),
  xlogy: binary((c, a, b) => c.b.where(isZero(c, a), like(c, a, 0), c.b.mul(a, c.b.log(b)))),
  copysign: binary((c, a, b) => {
    const size = c.b.abs(a)
    return c.b.where(isNegative(c, b), c.b.neg(size), size)
  }),
  heaviside: (c, args) => {
    const { a, b } = promotePair(c, args, ['self', 'values'])
    const step = c.cast(c.b.greater(a, like(c, a, 0)), a.dtype)
    return c.wrap(c.b.where(isZero(c, a), b, step))
  },
  fmax: extremum('max'),
  fmin: extremum('min'),
  isclose: isClose,
  isposinf: infinite('positive'),
  isneginf: infinite('negative'),
  signbit: (c, args) => c.wrap(isNegative(c, args.value('self'))),
  positive: (c, args) => c.wrap(args.value('self')),
  erfc: unary((c, x) => c.b.sub(like(c, x, 1), c.b.erf(x))),
  special_ndtr: unary((c, x) =>
    c.b.mul(c.b.add(c.b.erf(c.b.mul(x, like(c, x, Math.SQRT1_2))), like(c, x, 1)), like(c, x, 0.5)),
  ),
  special_entr: unary((c, x) => c.b.where(isZero(c, x), like(c, x, 0), entropy(c, x))),
  special_xlog1py: binary((c, a, b) =>
    c.b.where(isZero(c, a), like(c, a, 0), c.b.mul(a, composites.log1p(c.b, b))),
  ),
  sinc: unary(sinc),
  logit: unary(logit),
  bitwise_left_shift: leftShift,
  __lshift__: leftShift,
  __ilshift__: leftShift,
  bitwise_right_shift: rightShift,
  __rshift__: rightShift,
  __irshift__: rightShift,
}
