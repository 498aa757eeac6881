import type { Interpreter } from '../interpreter/interpreter.ts'
import { pythonError } from '../python-error.ts'
import { type IntValue, int, type PyValue, positional, typeName } from '../values/index.ts'

/** The int that a value counts as where one is needed (`__index__`); undefined where it counts as none. */
export function indexOf(i: Interpreter, value: PyValue): IntValue | undefined {
  if (value.kind === 'int') return value
  if (value.kind === 'bool') return int(Number(value.value))
  if (value.kind === 'tensor') {
    const item = i.operator('item', [value])
    return item.kind === 'int' ? item : undefined
  }
  const method = value.kind === 'instance' ? value.class.lookup('__index__') : undefined
  if (!method) return undefined
  const made = i.call(method, positional(value))
  if (made.kind === 'int') return made
  throw pythonError('TypeError', `__index__ returned non-int (type ${typeName(made)})`)
}

/** `operator.index(value)` */
export function asIndex(i: Interpreter, value: PyValue): IntValue {
  const found = indexOf(i, value)
  if (found) return found
  throw pythonError('TypeError', `'${typeName(value)}' object cannot be interpreted as an integer`)
}
