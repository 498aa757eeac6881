import { bounds, type DType, isFloat, knownIntegers, type Value } from '../../../../graph/index.ts'
import { asNumber, isNumber } from '../../evaluator/interpreter/numbers.ts'
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
  const { a, b, dtype } = promotePair(c, args, undefined, mode === undefined ? 'float' : undefined)
  const quotient = c.b.div(a, b)
  // ONNX Div of integers truncates by itself.
  return c.wrap(mode === 'trunc' && isFloat(dtype) ? truncated(c, quotient) : quotient)
}

const floorDivision: Evaluate = (c, args) => {
  const { a, b, dtype } = promotePair(c, args)
  return c.wrap(isFloat(dtype) ? c.b.floor(c.b.div(a, b)) : floorDivideIntegers(c, a, b))
}

/** ONNX Div truncates; where a dividend may be negative it is first made a multiple (Mod has the divisor's sign). */
export function floorDivideIntegers(c: OperatorContext, a: Value, b: Value): Value {
  const known = knownIntegers(a)
  const isNatural = known?.every((dim) => bounds(dim, c.session.model.facts)[0] >= 0)
  const positive = knownIntegers(b)?.every((dim) => bounds(dim, c.session.model.facts)[0] > 0)
  return isNatural && positive ? c.b.div(a, b) : c.b.div(c.b.sub(a, c.b.mod(a, b)), b)
}

/** Python's `%`: the sign of the divisor. ONNX Mod has it for integers only. */
const remainder: Evaluate = (c, args) => {
  const { a, b, dtype } = promotePair(c, args)
  if (!isFloat(dtype)) return c.wrap(c.b.mod(a, b))
  return c.wrap(c.b.sub(a, c.b.mul(c.b.floor(c.b.div(a, b)), b)))
}

const fmod: Evaluate = (c, args) => {
  const { a, b } = promotePair(c, args)
  return c.wrap(c.b.mod(a, b, { fmod: 1 }))
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

export function truncated(c: OperatorContext, value: Value): Value {
  return c.b.mul(c.b.sign(value), c.b.floor(c.b.abs(value)))
}

const reflected =
  (
    evaluate: (c: OperatorContext, left: Value, right: Value, dtype: DType) => Value,
    least?: 'float',
  ): Evaluate =>
  (c, args) => {
    const { a: self, b: other, dtype } = promotePair(c, args, undefined, least)
    return c.wrap(evaluate(c, other, self, dtype))
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
  // Number on the left of a tensor, as Python's reflected operators see it.
  __rdiv__: reflected((c, left, right) => c.b.div(left, right), 'float'),
  __rpow__: reflected((c, left, right) => c.b.pow(left, right)),
  __rfloordiv__: reflected((c, left, right, dtype) =>
    isFloat(dtype) ? c.b.floor(c.b.div(left, right)) : floorDivideIntegers(c, left, right),
  ),
  __rmod__: reflected((c, left, right, dtype) =>
    isFloat(dtype) ? c.b.sub(left, c.b.mul(c.b.floor(c.b.div(left, right)), right)) : c.b.mod(left, right),
  ),
  addcmul: fused('mul'),
  addcdiv: fused('div'),
  lerp,
}
