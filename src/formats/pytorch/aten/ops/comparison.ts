import { isFloat, type Value } from '../../../../graph/index.ts'
import { tuple } from '../../evaluator/values/index.ts'
import type { OperatorContext } from '../context.ts'
import { operand, promotePair } from '../operands.ts'
import type { Evaluate, OperatorTable } from '../operator.ts'
import { nonzeroColumns } from './search.ts'

type Emit = (c: OperatorContext, a: Value, b: Value) => Value

/** Order is not defined on ONNX bools: they are compared as int32. */
const comparison =
  (emit: Emit, ordered = true): Evaluate =>
  (c, args) => {
    const { a, b, dtype } = promotePair(c, args)
    if (dtype !== 'bool' || !ordered) return c.wrap(emit(c, a, b))
    return c.wrap(emit(c, c.cast(a, 'int32'), c.cast(b, 'int32')))
  }

const equal = comparison((c, a, b) => c.b.equal(a, b), false)
const notEqual = comparison((c, a, b) => c.b.not(c.b.equal(a, b)), false)
const less = comparison((c, a, b) => c.b.less(a, b))
const lessEqual = comparison((c, a, b) => c.b.lessOrEqual(a, b))
const greater = comparison((c, a, b) => c.b.greater(a, b))
const greaterEqual = comparison((c, a, b) => c.b.greaterOrEqual(a, b))

const logic =
  (emit: Emit): Evaluate =>
  (c, args) =>
    c.wrap(emit(c, operand(c, args, 'self', 'bool'), operand(c, args, 'other', 'bool')))

/** Bit by bit; of bools, the logical operator. */
const bitwise =
  (onBools: Emit, onIntegers: Emit): Evaluate =>
  (c, args) => {
    const { a, b, dtype } = promotePair(c, args)
    if (isFloat(dtype)) return c.fail('floats have no bitwise operators')
    return c.wrap(dtype === 'bool' ? onBools(c, a, b) : onIntegers(c, a, b))
  }

const and = bitwise(
  (c, a, b) => c.b.and(a, b),
  (c, a, b) => c.b.bitwiseAnd(a, b),
)
const or = bitwise(
  (c, a, b) => c.b.or(a, b),
  (c, a, b) => c.b.bitwiseOr(a, b),
)
const xor = bitwise(
  (c, a, b) => c.b.xor(a, b),
  (c, a, b) => c.b.bitwiseXor(a, b),
)

const not: Evaluate = (c, args) => {
  const x = args.value('self')
  return c.wrap(x.dtype === 'bool' ? c.b.not(x) : c.b.bitwiseNot(x))
}

const where: Evaluate = (c, args) => {
  const condition = c.cast(args.value('condition'), 'bool')
  if (!args.has('self')) return tuple(nonzeroColumns(c, condition).map((column) => c.wrap(column)))
  const { a, b } = promotePair(c, args)
  return c.wrap(chosen(c, condition, a, b))
}

/** onnxruntime has no kernel of Where for bools. */
function chosen(c: OperatorContext, condition: Value, a: Value, b: Value): Value {
  if (a.dtype !== 'bool') return c.b.where(condition, a, b)
  return c.b.or(c.b.and(condition, a), c.b.and(c.b.not(condition), b))
}

/** The value is brought to the tensor's dtype, never the other way. */
const maskedFill: Evaluate = (c, args) => {
  const x = args.value('self')
  return c.wrap(chosen(c, c.cast(args.value('mask'), 'bool'), operand(c, args, 'value', x.dtype), x))
}

const floatTest =
  (emit: (c: OperatorContext, x: Value) => Value, otherwise: boolean): Evaluate =>
  (c, args) => {
    const x = args.value('self')
    if (isFloat(x.dtype)) return c.wrap(emit(c, x))
    const same = c.b.equal(x, x)
    return c.wrap(otherwise ? same : c.b.not(same))
  }

const extremum =
  (name: 'max' | 'min'): Evaluate =>
  (c, args) => {
    const { a, b, dtype } = promotePair(c, args)
    if (dtype === 'bool') return c.wrap(name === 'max' ? c.b.or(a, b) : c.b.and(a, b))
    return c.wrap(c.b[name]([a, b]))
  }

/** Comparisons, logic and choice. */
export const COMPARISON: OperatorTable = {
  eq: equal,
  ne: notEqual,
  not_equal: notEqual,
  lt: less,
  less,
  le: lessEqual,
  less_equal: lessEqual,
  gt: greater,
  greater,
  ge: greaterEqual,
  greater_equal: greaterEqual,
  logical_and: logic((c, a, b) => c.b.and(a, b)),
  logical_or: logic((c, a, b) => c.b.or(a, b)),
  logical_xor: logic((c, a, b) => c.b.xor(a, b)),
  logical_not: (c, args) => c.wrap(c.b.not(operand(c, args, 'self', 'bool'))),
  bitwise_and: and,
  bitwise_or: or,
  bitwise_xor: xor,
  bitwise_not: not,
  __and__: and,
  __or__: or,
  __xor__: xor,
  __iand__: and,
  __ior__: or,
  __ixor__: xor,
  where,
  masked_fill: maskedFill,
  maximum: extremum('max'),
  minimum: extremum('min'),
  isnan: floatTest((c, x) => c.b.isNaN(x), false),
  isinf: floatTest((c, x) => c.b.isInf(x), false),
  isfinite: floatTest((c, x) => c.b.not(c.b.or(c.b.isNaN(x), c.b.isInf(x))), true),
}
