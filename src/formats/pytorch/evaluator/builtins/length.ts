import { enumMembers } from '../classes/enums.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { rangeLength } from '../interpreter/ranges.ts'
import { unknownUse } from '../interpreter/unknown-imports.ts'
import { pythonError } from '../python-error.ts'
import { int, intOf, type PyValue, typeName } from '../values/index.ts'

/** `len(value)` */
export function lengthOf(i: Interpreter, value: PyValue): PyValue {
  switch (value.kind) {
    case 'list':
    case 'tuple':
      return int(value.items.length)
    case 'set':
    case 'view':
    case 'dict':
      return int(value.size)
    case 'str':
      i.session.budget.reading(value.value.length)
      return int(codePoints(value.value))
    case 'bytes':
      return int(value.value.length)
    case 'range':
      return intOf(rangeLength(i, value))
    case 'tensor': {
      const [first] = value.dims
      if (first === undefined) throw pythonError('TypeError', 'len() of a 0-d tensor')
      return int(first)
    }
    case 'opaque':
      return value
    case 'namespace':
      if (value.isUnknown || value.isOpen) throw unknownUse(value.name)
      if (value.isInert) return int(0)
      break
    case 'instance':
      return i.callMethod(value, '__len__')
    case 'class':
      if (value.role === 'enum') return int(enumMembers(value).length)
      break
    default:
  }
  throw pythonError('TypeError', `object of type '${typeName(value)}' has no len()`)
}

export function codePoints(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}
