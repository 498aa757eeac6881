import { ModelError } from '../../../../errors/index.ts'
import type { Dim } from '../../../../graph/index.ts'
import { concrete } from '../decisions.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { pythonError } from '../python-error.ts'
import { type BoolValue, type FloatValue, type IntValue, int, intOf, type PyValue } from '../values/index.ts'
import { sizesBehind } from './computed-floats.ts'
import { floatOfDim } from './scaled-dims.ts'

export type NumberValue = IntValue | FloatValue | BoolValue

export const isNumber = (value: PyValue): value is NumberValue =>
  value.kind === 'int' || value.kind === 'float' || value.kind === 'bool'

/** A bool counts as 0 or 1, and a member of an Enum as what it is. */
export function asNumber(value: NumberValue): IntValue | FloatValue {
  if (value.kind === 'bool') return int(Number(value.value))
  return value.member ? { ...value, member: undefined } : value
}

/** The plain number; what stems from a dynamic dim is taken at its hint, as a guard. */
export function plainNumber(i: Interpreter, value: IntValue | FloatValue): number {
  if (value.kind === 'int') return finite(concrete(i.session, value.value))
  for (const dim of sizesBehind(value)) concrete(i.session, dim)
  return value.value
}

function finite<T extends Dim>(value: T): T {
  if (typeof value !== 'number' || Number.isFinite(value)) return value
  throw pythonError('OverflowError', 'int too large to convert to float')
}

/** All digits of an int. @throws ModelError UNSUPPORTED_CONSTRUCT when they were lost before it came here. */
export function wholeNumber(i: Interpreter, { value, exact }: IntValue): bigint {
  if (exact !== undefined) return exact
  const plain = concrete(i.session, value)
  if (Number.isSafeInteger(plain)) return BigInt(plain)
  throw new ModelError('UNSUPPORTED_CONSTRUCT', {
    what: 'The program computes with an int beyond 2**53 that a tensor, a size or the file holds',
    why: 'Such ints are rounded here, and its last digits would be wrong',
    next: 'Compute with smaller ints',
  })
}

/** Whether a double holds all digits, whatever the value of a dynamic dim is. */
export const isSafe = ({ value }: IntValue): boolean =>
  typeof value !== 'number' || Number.isSafeInteger(value)

/** The int that a float without fraction is: of `int(x)`, `round(x)` and `math.floor(x)`. */
export function intOfFloat(value: number): IntValue {
  if (Number.isNaN(value)) throw pythonError('ValueError', 'cannot convert float NaN to integer')
  if (!Number.isFinite(value)) throw pythonError('OverflowError', 'cannot convert float infinity to integer')
  return intOf(value)
}

export const asFloat = (i: Interpreter, value: IntValue | FloatValue): FloatValue =>
  value.kind === 'float' ? value : floatOfDim(i, finite(value.value))

/** Whether it stems from a dynamic dim. */
export const isSymbolicNumber = (value: IntValue | FloatValue): boolean =>
  value.kind === 'int' ? typeof value.value !== 'number' : value.symbolic !== undefined
