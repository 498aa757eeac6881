import { asText, named } from '../builtins/arguments.ts'
import { entriesOf } from '../builtins/dict-methods.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import {
  type CallArguments,
  ClassValue,
  DictValue,
  ListValue,
  type NamespaceValue,
  type PyValue,
} from '../values/index.ts'
import { functions, namespace } from './namespace.ts'
import { NAMED_TUPLE, typeNamed } from './typing.ts'

/** `namedtuple('Point', ['x', 'y'])` or `'x y'`. */
function namedTuple(i: Interpreter, args: CallArguments): PyValue {
  const { typename, field_names } = named('namedtuple', ['typename', 'field_names', 'defaults?'], args)
  const made = new ClassValue(asText(typename), [NAMED_TUPLE])
  made.fields =
    field_names.kind === 'str'
      ? field_names.value.split(/[\s,]+/).filter(Boolean)
      : i.iterate(field_names).map(asText)
  return made
}

/** Unlike a plain dict, it takes attributes. */
export function orderedDict(entries: Iterable<readonly [PyValue, PyValue]>): DictValue {
  const made = new DictValue(entries)
  made.attributes = new Map()
  made.isOrdered = true
  return made
}

export const COLLECTIONS: NamespaceValue = namespace('collections', [
  [
    'OrderedDict',
    {
      kind: 'type',
      name: 'OrderedDict',
      args: [],
      call: (i, args) => orderedDict(entriesOf(i, args.positional[0], args)),
    },
  ],
  ...functions({
    defaultdict: (i, args) => new DictValue(entriesOf(i, args.positional[1], args), args.positional[0]),
    namedtuple: namedTuple,
    deque: (i, { positional: [items] }) => new ListValue(items ? i.iterate(items) : []),
  }),
  [
    'abc',
    namespace(
      'collections.abc',
      ['Iterable', 'Sequence', 'Mapping', 'Callable', 'Iterator', 'Generator'].map(
        (name) => [name, typeNamed(name)] as const,
      ),
    ),
  ],
])
