import { asText, named } from '../builtins/arguments.ts'
import { entriesOf } from '../builtins/dict-methods.ts'
import { tupleClass } from '../classes/named-tuple-classes.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { unknownToThisVersion } from '../python-error.ts'
import {
  type CallArguments,
  DictValue,
  ListValue,
  type NamespaceValue,
  NONE,
  type PyValue,
} from '../values/index.ts'
import { functions, namespace } from './namespace.ts'
import { typeNamed } from './typing.ts'

/** `namedtuple('Point', ['x', 'y'])` or `'x y'`. */
function namedTuple(i: Interpreter, args: CallArguments): PyValue {
  const names = ['typename', 'field_names', 'rename?', 'defaults?', 'module?'] as const
  const { typename, field_names, rename, defaults = NONE } = named('namedtuple', names, args)
  if (rename && i.truth(rename)) throw unknownToThisVersion('namedtuple(rename=True)')
  const fields =
    field_names.kind === 'str'
      ? field_names.value.split(/[\s,]+/).filter(Boolean)
      : i.iterate(field_names).map(asText)
  return tupleClass(asText(typename), fields, defaults.kind === 'none' ? [] : i.iterate(defaults))
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
    defaultdict: (i, args) => {
      const [factory] = args.positional
      return new DictValue(
        entriesOf(i, args.positional[1], args),
        factory?.kind === 'none' ? undefined : factory,
      )
    },
    namedtuple: namedTuple,
    deque: (i, args) => {
      const { items = NONE, maxlen = NONE } = named('deque', ['items?', 'maxlen?'], args)
      // A list, which has no end to drop items at.
      if (maxlen.kind !== 'none') throw unknownToThisVersion('collections.deque(maxlen=…)')
      return new ListValue(items.kind === 'none' ? [] : i.iterate(items))
    },
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
