import { composites, DTYPES, isFloat, type Value } from '../../../../graph/index.ts'
import type { OperatorContext } from '../context.ts'
import { floating, operand, operandsOf, promoted } from '../operands.ts'
import type { Evaluate, OperatorTable } from '../operator.ts'

/** A function of real numbers: ints and bools are taken as float32. */
const real =
  (emit: (c: OperatorContext, x: Value) => Value): Evaluate =>
  (c, args) =>
    c.wrap(emit(c, floating(c, args)))

/** Rounding leaves integers as they are. */
const rounding =
  (emit: (c: OperatorContext, x: Value) => Value): Evaluate =>
  (c, args) => {
    const x = args.value('self')
    return c.wrap(isFloat(x.dtype) ? emit(c, x) : x)
  }

const plain =
  (emit: (c: OperatorContext, x: Value) => Value): Evaluate =>
  (c, args) =>
    c.wrap(emit(c, args.value('self')))

/** One number in x's dtype. */
const like = (c: OperatorContext, x: Value, value: number): Value => c.number(value, x.dtype)

const round: Evaluate = (c, args) => {
  const x = args.value('self')
  if (!args.has('decimals') || !isFloat(x.dtype)) return c.wrap(isFloat(x.dtype) ? c.b.round(x) : x)
  const scale = like(c, x, 10 ** args.number('decimals'))
  return c.wrap(c.b.div(c.b.round(c.b.mul(x, scale)), scale))
}

const clamp: Evaluate = (c, args) => {
  const dtype = promoted(operandsOf(args, ['self', 'min', 'max']))
  const x = operand(c, args, 'self', dtype)
  const [low, high] = ['min', 'max'].map((name) =>
    args.has(name) ? operand(c, args, name, dtype) : undefined,
  )
  const isScalar = [low, high].every((bound) => !bound || bound.rank === 0)
  if (isScalar && dtype !== 'bool') return c.wrap(c.b.clip(x, { min: low, max: high }))
  const raised = low ? c.b.max([x, low]) : x
  return c.wrap(high ? c.b.min([raised, high]) : raised)
}

const bound =
  (name: 'min' | 'max'): Evaluate =>
  (c, args) => {
    const dtype = promoted(operandsOf(args, ['self', name]))
    const [x, limit] = [operand(c, args, 'self', dtype), operand(c, args, name, dtype)]
    return c.wrap(name === 'min' ? c.b.max([x, limit]) : c.b.min([x, limit]))
  }

const nanToNum: Evaluate = (c, args) => {
  const x = args.value('self')
  if (!isFloat(x.dtype)) return c.wrap(x)
  const largest = DTYPES[x.dtype].bits === 16 ? 65504 : 3.4028234663852886e38
  const pick = (name: string, fallback: number) => like(c, x, args.optionalNumber(name) ?? fallback)
  const finite = c.b.where(c.b.isNaN(x), pick('nan', 0), x)
  const upper = c.b.where(c.b.isInf(finite, { detect_negative: 0 }), pick('posinf', largest), finite)
  return c.wrap(c.b.where(c.b.isInf(upper, { detect_positive: 0 }), pick('neginf', -largest), upper))
}

const absolute: Evaluate = (c, args) =>
  c.wrap(args.value('self').dtype === 'bool' ? args.value('self') : c.b.abs(args.value('self')))
const negative = plain((c, x) => c.b.neg(x))

/** The sign of NaN is 0 in PyTorch, and NaN in onnxruntime. */
const sign = plain((c, x) => {
  if (x.dtype === 'bool') return x
  const found = c.b.sign(x)
  return isFloat(x.dtype) ? c.b.where(c.b.isNaN(x), like(c, x, 0), found) : found
})

/** Functions of one tensor, element by element. */
export const ELEMENTWISE: OperatorTable = {
  neg: negative,
  negative,
  abs: absolute,
  absolute,
  sign,
  sgn: sign,
  square: plain((c, x) => {
    const number = x.dtype === 'bool' ? c.cast(x, 'int64') : x
    return c.b.mul(number, number)
  }),
  exp: real((c, x) => c.b.exp(x)),
  exp2: real((c, x) => c.b.pow(like(c, x, 2), x)),
  expm1: real((c, x) => composites.expm1(c.b, x)),
  log: real((c, x) => c.b.log(x)),
  log2: real((c, x) => c.b.div(c.b.log(x), like(c, x, Math.LN2))),
  log10: real((c, x) => c.b.div(c.b.log(x), like(c, x, Math.LN10))),
  log1p: real((c, x) => composites.log1p(c.b, x)),
  sqrt: real((c, x) => c.b.sqrt(x)),
  rsqrt: real((c, x) => c.b.reciprocal(c.b.sqrt(x))),
  reciprocal: real((c, x) => c.b.reciprocal(x)),
  sin: real((c, x) => c.b.sin(x)),
  cos: real((c, x) => c.b.cos(x)),
  tan: real((c, x) => c.b.tan(x)),
  asin: real((c, x) => c.b.asin(x)),
  acos: real((c, x) => c.b.acos(x)),
  atan: real((c, x) => c.b.atan(x)),
  sinh: real((c, x) => c.b.sinh(x)),
  cosh: real((c, x) => c.b.cosh(x)),
  asinh: real((c, x) => c.b.asinh(x)),
  acosh: real((c, x) => c.b.acosh(x)),
  atanh: real((c, x) => c.b.atanh(x)),
  erf: real((c, x) => c.b.erf(x)),
  deg2rad: real((c, x) => c.b.mul(x, like(c, x, Math.PI / 180))),
  rad2deg: real((c, x) => c.b.mul(x, like(c, x, 180 / Math.PI))),
  ceil: rounding((c, x) => c.b.ceil(x)),
  floor: rounding((c, x) => c.b.floor(x)),
  trunc: rounding((c, x) => composites.truncate(c.b, x)),
  frac: rounding((c, x) => c.b.sub(x, composites.truncate(c.b, x))),
  round,
  clamp,
  clip: clamp,
  clamp_min: bound('min'),
  clamp_max: bound('max'),
  nan_to_num: nanToNum,
}
