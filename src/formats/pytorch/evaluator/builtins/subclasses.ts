import { pythonError, unknownToThisVersion } from '../python-error.ts'
import { bool, type CallArguments, type ClassValue, type PyValue } from '../values/index.ts'
import { DICT_CLASS } from './dict-class.ts'

/** Python's own types that a model may ask about, and what each derives from besides `object`. */
const BASES: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ...[
    'int',
    'float',
    'str',
    'list',
    'tuple',
    'dict',
    'set',
    'frozenset',
    'range',
    'slice',
    'type',
    'NoneType',
  ].map((name) => [name, []] as const),
  ['bool', ['int']],
  ['OrderedDict', ['dict']],
])

/** `object`, of which everything is. */
export const isObjectClass = (type: PyValue): boolean =>
  type.kind === 'class' && type.qualifiedName === 'object'

/** `issubclass(of, parents)` */
export function issubclass(_: unknown, { positional: [of, parents] }: CallArguments): PyValue {
  const wanted = parents?.kind === 'tuple' ? parents.items : parents ? [parents] : []
  if (!of) throw pythonError('TypeError', 'issubclass expected 2 arguments')
  return bool(wanted.some((parent) => isSubtype(of, parent)))
}

function isSubtype(of: PyValue, parent: PyValue): boolean {
  if (of.kind === 'class')
    return parent.kind === 'class'
      ? isObjectClass(parent) || of.isSubclassOf(parent)
      : isOfType(of, nameOf(parent))
  const name = nameOf(of)
  if (parent.kind === 'class') return isObjectClass(parent)
  const wanted = nameOf(parent)
  return name === wanted || (BASES.get(name)?.includes(wanted) ?? false)
}

/** Whether a class derives from one of Python's own types. */
const isOfType = (of: ClassValue, name: string): boolean =>
  name === of.dataType ||
  (name === 'dict' && of.isSubclassOf(DICT_CLASS)) ||
  (name === 'tuple' && of.role === 'namedtuple')

/** @throws ModelError UNSUPPORTED_CONSTRUCT for a type whose place among the others is not known here. */
function nameOf(type: PyValue): string {
  if ((type.kind === 'type' || type.kind === 'native') && BASES.has(type.name)) return type.name
  if (type.kind === 'type' || type.kind === 'native' || type.kind === 'namespace')
    throw unknownToThisVersion(`issubclass of ${type.name}`)
  throw pythonError('TypeError', 'issubclass() arg 1 must be a class')
}
