import { AUTO } from '../classes/enums.ts'
import { NAMED_TUPLE } from '../classes/named-tuple-classes.ts'
import { unknownImport } from '../interpreter/unknown-imports.ts'
import { ClassValue, type NamespaceValue, native, type PyValue, transparentNative } from '../values/index.ts'
import { namespace } from './namespace.ts'

const GENERICS = [
  ...[
    'Any',
    'Callable',
    'ClassVar',
    'Dict',
    'Final',
    'FrozenSet',
    'Generator',
    'Generic',
    'Iterable',
    'Iterator',
  ],
  ...['List', 'Literal', 'Mapping', 'MutableMapping', 'Optional', 'OrderedDict', 'Sequence', 'Set', 'Tuple'],
  ...[
    'Type',
    'Union',
    'Collection',
    'Protocol',
    'NoReturn',
    'Text',
    'AnyStr',
    'Hashable',
    'Annotated',
    'Self',
  ],
]

/** A type that annotations use and `isinstance` may check. */
export const typeNamed = (name: string): PyValue => ({ kind: 'type', name, args: [] })

export const ENUM = ClassValue.special('Enum', 'enum')

const MEMBERS: ReadonlyMap<string, PyValue> = new Map<string, PyValue>([
  ...GENERICS.map((name) => [name, typeNamed(name)] as const),
  ['NamedTuple', NAMED_TUPLE],
  ['TYPE_CHECKING', { kind: 'bool', value: false }],
  ['cast', native('cast', (_, { positional: [, value] }) => value ?? { kind: 'none' })],
  ['TypeVar', transparentNative('TypeVar', () => typeNamed('Any'))],
  ['NewType', transparentNative('NewType', () => typeNamed('Any'))],
  ['overload', native('overload', (_, { positional: [target] }) => target ?? { kind: 'none' })],
  ['no_type_check', native('no_type_check', (_, { positional: [target] }) => target ?? { kind: 'none' })],
])

/** Annotations are not read: a type that is not listed is as good as any other. */
export const TYPING: NamespaceValue = {
  kind: 'namespace',
  name: 'typing',
  get: (name) =>
    MEMBERS.get(name) ?? (/^[A-Z]/.test(name) ? typeNamed(name) : unknownImport(`typing.${name}`)),
  all: () => MEMBERS,
}

function enumOf(name: string, dataType: ClassValue['dataType']): ClassValue {
  const made = new ClassValue(name, [ENUM])
  made.dataType = dataType
  return made
}

export const ENUM_MODULE: NamespaceValue = namespace('enum', [
  ['Enum', ENUM],
  ['EnumMeta', typeNamed('type')],
  ['EnumType', typeNamed('type')],
  ['IntEnum', enumOf('IntEnum', 'int')],
  ['StrEnum', enumOf('StrEnum', 'str')],
  ['Flag', enumOf('Flag', 'int')],
  ['IntFlag', enumOf('IntFlag', 'int')],
  ['auto', native('auto', () => AUTO)],
  ['unique', native('unique', (_, { positional: [target] }) => target ?? { kind: 'none' })],
])
