import type { ModelError } from '../../../../errors/index.ts'
import { composites, type DType, type Value } from '../../../../graph/index.ts'
import { dataDependent } from '../interpreter/control-flow.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { UndecidedByData } from '../undecided.ts'
import { bool, type PyValue, TensorHandle } from '../values/index.ts'

/**
 * A Python bool or float that only the data gives: a tensor without axes, which counts as a number where dtypes are
 * promoted. It can be computed with, and decide an `if` or a `while`; what has to be known while converting refuses it.
 */
export function undecidedNumber(i: Interpreter, value: Value, why?: ModelError): TensorHandle {
  const number = new TensorHandle(value)
  number.isWrappedNumber = true
  number.undecided = why ?? dataDependent(i, 'A branch or a loop depends on the value of a tensor', [value])
  return number
}

/** A condition as a node takes it. */
export const asCondition = (i: Interpreter, tensor: TensorHandle): Value =>
  composites.reshapeTo(i.session.b, composites.cast(i.session.b, tensor.read(), 'bool'), [])

/** What a comparison of numbers gives; `operator` does it in the graph where only the data decides. */
export function undecidedComparison(
  i: Interpreter,
  compare: () => boolean,
  [operator, left, right]: readonly [string, PyValue, PyValue],
): PyValue {
  try {
    return bool(compare())
  } catch (error) {
    if (!(error instanceof UndecidedByData)) throw error
    const [a, b] = [left, right].map((value) => i.operator('scalar_tensor', [value], dtypeOf(value)))
    const result = a && b ? i.operator(operator, [a, b]) : undefined
    if (result?.kind !== 'tensor') throw error
    return undecidedNumber(i, result.read(), error)
  }
}

/** `dtype=` that holds a number without loss. */
function dtypeOf(value: PyValue): ReadonlyMap<string, PyValue> {
  const dtype = value.kind === 'int' ? 'int64' : 'float64'
  return new Map([['dtype', { kind: 'dtype', name: dtype, dtype }]])
}

/** The dtype that a Python number has as a tensor; undefined for what is none. */
export function numberType(value: PyValue): DType | undefined {
  switch (value.kind) {
    case 'bool':
      return 'bool'
    case 'int':
      return value.exact === undefined ? 'int64' : undefined
    case 'float':
      return 'float64'
    case 'tensor':
      return value.isWrappedNumber && value.rank === 0 ? value.dtype : undefined
    default:
      return undefined
  }
}
