import { composites, DTYPES, isFloat, type Value } from '../../../../graph/index.ts'
import { asNumber, isNumber } from '../../evaluator/numbers/numbers.ts'
import type { Arguments } from '../arguments.ts'
import type { OperatorContext } from '../context.ts'
import { operand, promotePair } from '../operands.ts'
import type { Evaluate, OperatorTable } from '../operator.ts'

/** Whether a number argument is left at its neutral value. */
function isOne(args: Arguments, name: string): boolean {
  const value = args.get(name)
  if (value.kind === 'none') return true
  return isNumber(value) && asNumber(value).value === 1
}

/** self ± alpha · other; of bools, `+` is or. */
const addition =
  (sign: 'add' | 'sub', reversed = false): Evaluate =>
  (c, args) => {
    const { a: self, b: other, dtype } = promotePair(c, args)
    if (dtype === 'bool')
      return c.wrap(sign === 'add' ? c.b.or(self, other) : c.fail('bools cannot be subtracted'))
    const [left, right] = reversed ? [other, self] : [self, other]
    const scaled = isOne(args, 'alpha') ? right : c.b.mul(right, c.scalar(args.scalar('alpha'), dtype))
    return c.wrap(sign === 'add' ? c.b.add(left, scaled) : c.b.sub(left, scaled))
  }

const multiplication: Evaluate = (c, args) => {
  const { a, b, dtype } = promotePair(c, args)
  return c.wrap(dtype === 'bool' ? c.b.and(a, b) : c.b.mul(a, b))
}

const division: Evaluate = (c, args) => {
  const mode = args.has('rounding_mode') ? args.string('rounding_mode') : undefined
  if (mode === 'floor') return floorDivision(c, args)
  if (mode === 'trunc') return roundedDivision(composites.truncDivide)(c, args)
  const { a, b } = promotePair(c, args, undefined, 'float')
  return c.wrap(c.b.div(a, b))
}

/** Two operands of an operator that is not defined of bools. */
function numbersOf(c: OperatorContext, args: Arguments): ReturnType<typeof promotePair> {
  const pair = promotePair(c, args)
  return pair.dtype === 'bool' ? c.fail("not implemented for 'Bool'") : pair
}

/** Of 16-bit floats: a Python number stays a float32 for the division, what 16 bits make of it may round otherwise. */
const roundedDivision =
  (divide: typeof composites.floorDivide): Evaluate =>
  (c, args) => {
    const { a, b, dtype } = numbersOf(c, args)
    const isNarrow = isFloat(dtype) && DTYPES[dtype].bits === 16
    if (!isNarrow || !isNumber(args.get('other'))) return c.wrap(divide(c.b, a, b))
    return c.wrap(c.cast(divide(c.b, c.cast(a, 'float32'), operand(c, args, 'other', 'float32')), dtype))
  }

const floorDivision = roundedDivision(composites.floorDivide)

/** Python's `%`: the sign of the divisor. */
const remainder: Evaluate = (c, args) => {
  const { a, b } = numbersOf(c, args)
  return c.wrap(composites.remainder(c.b, a, b))
}

const fmod: Evaluate = (c, args) => {
  const { a, b } = numbersOf(c, args)
  return c.wrap(composites.fmod(c.b, a, b))
}

/** Powers that have an operator of their own give its exact result. */
const power: Evaluate = (c, args) => {
  const { a, b, dtype } = promotePair(c, args, ['self', 'exponent'])
  const exponent = args.get('exponent')
  const plain = isNumber(exponent) ? asNumber(exponent).value : undefined
  if (plain === 1) return c.wrap(a)
  if (plain === 2) return c.wrap(c.b.mul(a, a))
  if (plain === 0.5) return c.wrap(c.b.sqrt(a))
  if (plain === -1 && isFloat(dtype)) return c.wrap(c.b.reciprocal(a))
  return c.wrap(c.b.pow(a, b))
}

const reflected =
  (evaluate: (c: OperatorContext, left: Value, right: Value) => Value, least?: 'float'): Evaluate =>
  (c, args) => {
    const { a: self, b: other } = promotePair(c, args, undefined, least)
    return c.wrap(evaluate(c, other, self))
  }

/** self + value · tensor1 ∘ tensor2 */
const fused =
  (combine: 'mul' | 'div'): Evaluate =>
  (c, args) => {
    const { a: first, b: second, dtype } = promotePair(c, args, ['tensor1', 'tensor2'])
    const joined = c.b[combine](first, second)
    const scaled = isOne(args, 'value') ? joined : c.b.mul(joined, c.scalar(args.scalar('value'), dtype))
    return c.wrap(c.b.add(operand(c, args, 'self', dtype), scaled))
  }

const lerp: Evaluate = (c, args) => {
  const { a: start, b: end, dtype } = promotePair(c, args, ['self', 'end'])
  return c.wrap(c.b.add(start, c.b.mul(operand(c, args, 'weight', dtype), c.b.sub(end, start))))
}

/** The angle of (x, y); ONNX has atan only. A negative zero counts as zero. */
const atan2: Evaluate = (c, args) => {
  const { a: y, b: x, dtype } = promotePair(c, args, undefined, 'float')
  const zero = c.number(0, dtype)
  const half = c.b.where(c.b.less(y, zero), c.number(-Math.PI, dtype), c.number(Math.PI, dtype))
  const turn = c.b.where(c.b.less(x, zero), half, zero)
  const isOrigin = c.b.and(c.b.equal(x, zero), c.b.equal(y, zero))
  return c.wrap(c.b.where(isOrigin, zero, c.b.add(c.b.atan(c.b.div(y, x)), turn)))
}

/** Arithmetic of two operands, with PyTorch's promotion. */
export const ARITHMETIC: OperatorTable = {
  add: addition('add'),
  sub: addition('sub'),
  subtract: addition('sub'),
  rsub: addition('sub', true),
  mul: multiplication,
  multiply: multiplication,
  div: division,
  divide: division,
  true_divide: division,
  floor_divide: floorDivision,
  remainder,
  fmod,
  pow: power,
  atan2,
  arctan2: atan2,
  // Number on the left of a tensor, as Python's reflected operators see it.
  __rdiv__: reflected((c, left, right) => c.b.div(left, right), 'float'),
  __rpow__: reflected((c, left, right) => c.b.pow(left, right)),
  __rfloordiv__: reflected((c, left, right) => composites.floorDivide(c.b, left, right)),
  __rmod__: reflected((c, left, right) => composites.remainder(c.b, left, right)),
  addcmul: fused('mul'),
  addcdiv: fused('div'),
  lerp,
}
