import { ModelError } from '../../../../errors/index.ts'
import { composites, type DType, symbolName, type Value } from '../../../../graph/index.ts'
import { dataDependent } from '../interpreter/control-flow.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { UndecidedByData } from '../undecided.ts'
import { bool, type IntValue, int, type PyValue, TensorHandle, typeName } from '../values/index.ts'

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

/** An int that a 0-D tensor holds: a symbol without a hint, which may be negative, unlike a size. */
export function undecidedInt(i: Interpreter, value: Value): IntValue {
  const { model, b, computed } = i.session
  const dim = composites.sizeOf(b, value)
  const name = symbolName(dim)
  if (name !== undefined && model.unbacked.has(name)) {
    model.facts.set(name, { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY })
    computed.set(name, value)
  }
  return int(dim)
}

/** A Python number as a tensor without axes. */
export function numberValue(i: Interpreter, value: PyValue, dtype: DType): Value {
  if (value.kind === 'tensor') return value.read()
  if (value.kind === 'int') return composites.sizeScalar(i.session.b, value.value)
  const tensor = i.operator(
    'scalar_tensor',
    [value],
    new Map([['dtype', { kind: 'dtype', name: dtype, dtype }]]),
  )
  if (tensor.kind === 'tensor') return tensor.read()
  throw new ModelError('INTERNAL', { what: `A ${typeName(value)} gives no tensor` })
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
