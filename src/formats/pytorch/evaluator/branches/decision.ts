import type { Value } from '../../../../graph/index.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { UndecidedByData } from '../undecided.ts'
import { bool, type PyValue } from '../values/index.ts'
import { asCondition, undecidedNumber } from './undecided-number.ts'

/** Whether a value is true, or the tensor that holds it where only the data decides. */
export function decision(i: Interpreter, value: PyValue): boolean | Value {
  try {
    return i.truth(value)
  } catch (error) {
    if (!(error instanceof UndecidedByData) || value.kind !== 'tensor') throw error
    return asCondition(i, value)
  }
}

/** `bool(value)`; a tensor that counts as one where only the data decides. */
export function pythonBool(i: Interpreter, value: PyValue): PyValue {
  return ofDecision(
    i,
    value,
    (holds) => bool(holds),
    (condition) => condition,
  )
}

/** `not value` */
export function negated(i: Interpreter, value: PyValue): PyValue {
  return ofDecision(
    i,
    value,
    (holds) => bool(!holds),
    (condition) => i.session.b.not(condition),
  )
}

/** `a & b`, `a | b` or `a ^ b` of bools of which only the data gives one. */
export function connected(
  i: Interpreter,
  operator: 'and' | 'or' | 'xor',
  values: readonly [PyValue, PyValue],
): PyValue {
  const [left, right] = values.map((value) => decision(i, value))
  if (left === undefined || right === undefined) return bool(false)
  const { b } = i.session
  const [x, y] = [left, right].map((holds) =>
    typeof holds === 'boolean' ? b.scalar('bool', Number(holds)) : holds,
  )
  const why = values.map((value) => (value.kind === 'tensor' ? value.undecided : undefined)).find(Boolean)
  return x && y ? undecidedNumber(i, b[operator](x, y), why) : bool(false)
}

function ofDecision(
  i: Interpreter,
  value: PyValue,
  known: (holds: boolean) => PyValue,
  computed: (condition: Value) => Value,
): PyValue {
  const holds = decision(i, value)
  if (typeof holds === 'boolean') return known(holds)
  return undecidedNumber(i, computed(holds), value.kind === 'tensor' ? value.undecided : undefined)
}
