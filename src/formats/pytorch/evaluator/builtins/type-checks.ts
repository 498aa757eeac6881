import { memberOf } from '../classes/enums.ts'
import { isModule } from '../classes/module-members.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { isUndecided, isUnknown, unknownUse } from '../interpreter/unknown-imports.ts'
import { LEGACY_DTYPES } from '../library/tensor-types.ts'
import { pythonError, unknownToThisVersion } from '../python-error.ts'
import { type ClassValue, dictItems, type PyValue, typeName } from '../values/index.ts'
import { isObjectClass } from './subclasses.ts'

/** `torch.FloatTensor` and the like. */
const DTYPED = [...LEGACY_DTYPES].filter(([name]) => name !== 'Tensor')

/** Names under which `isinstance` finds a built-in value; typing's generics check only the container. */
const KINDS: ReadonlyMap<string, (value: PyValue) => boolean> = new Map<string, (value: PyValue) => boolean>([
  ['int', ({ kind }) => kind === 'int' || kind === 'bool'],
  ['float', ({ kind }) => kind === 'float'],
  ['bool', ({ kind }) => kind === 'bool'],
  ['str', ({ kind }) => kind === 'str'],
  ['list', ({ kind }) => kind === 'list'],
  ['List', ({ kind }) => kind === 'list'],
  ['tuple', ({ kind }) => kind === 'tuple'],
  ['Tuple', ({ kind }) => kind === 'tuple'],
  ['dict', (value) => dictItems(value) !== undefined],
  ['Dict', (value) => dictItems(value) !== undefined],
  ['OrderedDict', (value) => value.kind === 'dict' && value.isOrdered],
  ['Mapping', (value) => dictItems(value) !== undefined],
  ['set', (value) => value.kind === 'set' && !value.isFrozen],
  ['frozenset', (value) => value.kind === 'set' && value.isFrozen],
  ['Sequence', ({ kind }) => ['list', 'tuple', 'str', 'range', 'bytes'].includes(kind)],
  [
    'Iterable',
    ({ kind }) =>
      ['list', 'tuple', 'str', 'bytes', 'dict', 'view', 'set', 'range', 'tensor', 'iterator'].includes(kind),
  ],
  ['Iterator', ({ kind }) => kind === 'iterator'],
  ['Generator', ({ kind }) => kind === 'iterator'],
  ['Callable', ({ kind }) => ['function', 'native', 'method', 'class', 'type'].includes(kind)],
  ['Number', ({ kind }) => kind === 'int' || kind === 'float' || kind === 'bool'],
  ['number', ({ kind }) => kind === 'int' || kind === 'float' || kind === 'bool'],
  ['Tensor', ({ kind }) => kind === 'tensor'],
  ...DTYPED.map(
    ([name, dtype]) => [name, (value: PyValue) => value.kind === 'tensor' && value.dtype === dtype] as const,
  ),
  ['Parameter', (value) => value.kind === 'tensor' && value.isParameter],
  ['Size', (value) => value.kind === 'tuple' && value.typeName === 'Size'],
  ['NoneType', ({ kind }) => kind === 'none'],
  ['None', ({ kind }) => kind === 'none'],
  ['Any', () => true],
  ['dtype', ({ kind }) => kind === 'dtype'],
  ['device', ({ kind }) => kind === 'device'],
  ['Device', ({ kind }) => kind === 'device'],
])

const classOf = (value: PyValue): ClassValue | undefined =>
  value.kind === 'instance' ? value.class : memberOf(value)?.class

/** `isinstance(value, type)`, with tuples and unions of types. */
export function isInstance(i: Interpreter, value: PyValue, type: PyValue): boolean {
  if (isUndecided(value)) throw unknownUse(value.name)
  i.session.budget.step()
  switch (type.kind) {
    case 'tuple':
      return type.items.some((item) => isInstance(i, value, item))
    case 'none':
      return value.kind === 'none'
    case 'class':
      if (isObjectClass(type)) return true
      if (value.kind === 'tuple') return value.class?.isSubclassOf(type) ?? value.typeName === type.name
      return classOf(value)?.isSubclassOf(type) ?? false
    case 'type':
      if (type.name === 'Union') return type.args.some((item) => isInstance(i, value, item))
      if (type.name === 'Optional')
        return value.kind === 'none' || type.args.some((item) => isInstance(i, value, item))
      if (type.name === 'Module') return isModule(value)
      return KINDS.get(type.name)?.(value) ?? typeName(value) === type.name
    case 'namespace':
      // No object here is of a class that is not known; a plain value may be.
      if (isUnknown(type) && value.kind !== 'instance' && value.kind !== 'tensor') throw unknownUse(type.name)
      return false
    case 'native':
      throw unknownToThisVersion(`isinstance of ${type.name}`)
    case 'str':
    case 'int':
    case 'float':
    case 'bool':
    case 'list':
    case 'dict':
    case 'set':
      throw pythonError('TypeError', 'isinstance() arg 2 must be a type, a tuple of types, or a union')
    default:
      return false
  }
}
