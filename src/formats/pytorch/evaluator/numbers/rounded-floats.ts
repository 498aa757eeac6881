import {
  add,
  bounds,
  type Dim,
  type DoubleProduct,
  decide,
  floorDiv,
  halfToEven,
  maxDim,
  minDim,
  mod,
  mul,
  type Rounding,
  sub,
  symbolName,
  wholeFraction,
} from '../../../../graph/index.ts'
import { DTYPE_VALUES } from '../builtins/dtypes.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import type { ComputedFloat, FloatOperator, FloatValue, PyValue, ScaledDim } from '../values/index.ts'
import { AT_HINTS, leastOf, sizesBehind } from './computed-floats.ts'

/** What is to become of the fraction; `trunc` cuts it off towards zero. */
export type Wholeness = Rounding | 'trunc'

/**
 * A float that stems from dynamic sizes as a whole number of them: as an expression where one gives what Python's double
 * does at every size, else for the graph to compute. Undefined of a plain float, and of logarithms and powers, which differ
 * from runtime to runtime in the last bit.
 *
 * @example roundedDim(i, H * 1.3, 'floor') // ⌊13·H/10⌋
 */
export function roundedDim(i: Interpreter, value: FloatValue, to: Wholeness): Dim | undefined {
  return exactlyRounded(i, value, to) ?? roundedAtRunTime(i, value, to)
}

/** The expression alone; undefined where there is none. */
export function exactlyRounded(i: Interpreter, { symbolic }: FloatValue, to: Wholeness): Dim | undefined {
  if (!symbolic) return undefined
  const fraction = symbolic.kind === 'scaled' ? symbolic : fractionFor(i, symbolic, to)
  return fraction && EXACTLY[to](i, fraction)
}

const EXACTLY: Readonly<Record<Wholeness, (i: Interpreter, fraction: ScaledDim) => Dim>> = {
  floor: (_, fraction) => floorOf(fraction),
  ceil: (_, fraction) => ceilOf(fraction),
  round: (_, fraction) => roundedOf(fraction),
  trunc: truncatedOf,
}

/** ⌊x⌋, exactly. */
const floorOf = ({ dim, numerator, denominator }: ScaledDim): Dim =>
  floorDiv(mul(dim, numerator), denominator)

/** ⌈x⌉ = ⌊(n + d − 1)/d⌋, exactly. */
const ceilOf = ({ dim, numerator, denominator }: ScaledDim): Dim =>
  floorDiv(add(mul(dim, numerator), denominator - 1), denominator)

/** x cut towards zero, exactly: ⌊x⌋ of what is not negative, ⌈x⌉ of what is. */
function truncatedOf(i: Interpreter, fraction: ScaledDim): Dim {
  const { dim, numerator } = fraction
  if (decide(mul(dim, numerator), '>=', 0, i.session.model.facts) === true) return floorOf(fraction)
  return add(maxDim(floorOf(fraction), 0), minDim(ceilOf(fraction), 0))
}

/** The nearest whole number, exactly; of two that are as near, the even one. */
function roundedOf({ dim, numerator, denominator }: ScaledDim): Dim {
  const twice = mul(dim, 2 * numerator)
  const halfUp = floorDiv(add(twice, denominator), 2 * denominator)
  if (denominator % 2 === 1) return halfUp
  const halfDown = mul(floorDiv(sub(denominator, twice), 2 * denominator), -1)
  return sub(halfUp, mul(mod(halfUp, 2), sub(halfUp, halfDown)))
}

/** The fraction of a size that is made whole as its product with a constant is: 13/10 for 1.3. */
function fractionFor(i: Interpreter, computed: ComputedFloat, to: Wholeness): ScaledDim | undefined {
  const product = productOf(computed.operator, computed.operands)
  if (!product) return undefined
  const [least, largest] = bounds(product.dim, i.session.model.facts)
  if (least < 0 || !(product.at(1) > 0)) return undefined
  const fraction = wholeFraction(product, to === 'trunc' ? 'floor' : to, largest)
  return fraction && { kind: 'scaled', dim: product.dim, numerator: fraction[0], denominator: fraction[1] }
}

/** What a size is multiplied with or divided by. */
function productOf(
  operator: FloatOperator,
  [a, b]: readonly FloatValue[],
): (DoubleProduct & Pick<ScaledDim, 'dim'>) | undefined {
  if (!a || !b || (operator !== 'mul' && operator !== 'div')) return undefined
  if (a.symbolic === undefined && operator === 'mul') return productOf(operator, [b, a])
  if (a.symbolic?.kind !== 'scaled' || b.symbolic !== undefined) return undefined
  const { dim, numerator, denominator } = a.symbolic
  return {
    dim,
    key: `* ${numerator} / ${denominator} ${operator} ${b.value}`,
    at: (size) => AT_HINTS[operator]((size * numerator) / denominator, b.value),
  }
}

const PLAINLY: Readonly<Record<Wholeness, (value: number) => number>> = {
  floor: Math.floor,
  ceil: Math.ceil,
  round: halfToEven,
  trunc: Math.trunc,
}

/** A symbol for what the graph computes in double; what is decided by it is decided by the sizes behind it. */
function roundedAtRunTime(i: Interpreter, value: FloatValue, to: Wholeness): Dim | undefined {
  if (!isSameEverywhere(value) || !Number.isFinite(value.value)) return undefined
  const { rounded } = i.session
  const key = `${to} ${spelled(value)}`
  const known = rounded.find((one) => one.key === key)
  if (known) return known.dim
  const float = i.operator('scalar_tensor', [value], dtypeKeyword('float64'))
  const number = i.operator('item', [i.operator('to', [i.operator(to, [float])], dtypeKeyword('int64'))])
  if (number.kind !== 'int') return undefined
  const [dim, behind] = [number.value, [...sizesBehind(value)]]
  const [name, least] = [symbolName(dim), leastOf(i, value)]
  const { facts } = i.session.model
  if (name !== undefined) facts.set(name, { min: PLAINLY[to](least), max: Number.POSITIVE_INFINITY })
  rounded.push({ key, dim, hint: PLAINLY[to](value.value), behind })
  return dim
}

function dtypeKeyword(name: string): ReadonlyMap<string, PyValue> {
  const dtype = DTYPE_VALUES.get(name)
  return new Map(dtype ? [['dtype', dtype]] : [])
}

/** Whether IEEE 754 says what each of its operations gives, to the last bit. A root as a power is exact where it is whole. */
function isSameEverywhere({ symbolic }: FloatValue): boolean {
  if (symbolic?.kind !== 'computed') return symbolic !== undefined
  const { operator, operands } = symbolic
  if (operator === 'log' || (operator === 'pow' && operands[1]?.value !== 0.5)) return false
  return operands.every((operand) => operand.symbolic === undefined || isSameEverywhere(operand))
}

function spelled({ value, symbolic }: FloatValue): string {
  if (!symbolic) return String(value)
  if (symbolic.kind === 'scaled') return `${symbolic.dim.key}*${symbolic.numerator}/${symbolic.denominator}`
  return `${symbolic.operator}(${symbolic.operands.map(spelled).join(', ')})`
}
