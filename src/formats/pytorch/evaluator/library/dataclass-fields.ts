import type { Interpreter } from '../interpreter/interpreter.ts'
import { pythonError } from '../python-error.ts'
import {
  bool,
  type CallArguments,
  ClassValue,
  DictValue,
  InstanceValue,
  ListValue,
  type NativeFunction,
  NONE,
  type PyValue,
  str,
  type TupleValue,
  tuple,
  typeName,
} from '../values/index.ts'
import { deepCopy } from './copying.ts'

/** Where a dataclass keeps what it says of its fields. */
export const FIELDS = '__dataclass_fields__'

export const MISSING: PyValue = { kind: 'constant', name: 'MISSING' }

const FIELD = new ClassValue('Field')

export interface FieldDefault {
  readonly value: PyValue | undefined
  readonly factory: PyValue | undefined
}

/** @param type What is annotated; undefined where that is not known. */
export const fieldOf = (name: string, type: PyValue | undefined, { value, factory }: FieldDefault): PyValue =>
  new InstanceValue(
    FIELD,
    new Map<string, PyValue>([
      ['name', str(name)],
      ['default', value ?? MISSING],
      ['default_factory', factory ?? MISSING],
      ...(type ? [['type', type] as const] : []),
    ]),
  )

function fieldsDict(value: PyValue | undefined): DictValue | undefined {
  const of = value?.kind === 'instance' ? value.class : value?.kind === 'class' ? value : undefined
  const found = of?.lookup(FIELDS)
  return found?.kind === 'dict' ? found : undefined
}

function fieldNames(value: PyValue | undefined): string[] {
  const found = fieldsDict(value)
  if (!found) throw pythonError('TypeError', 'must be called with a dataclass type or instance')
  return found.keys().flatMap((key) => (key.kind === 'str' ? [key.value] : []))
}

const isDataclassInstance = (value: PyValue | undefined): value is InstanceValue =>
  value?.kind === 'instance' && fieldsDict(value) !== undefined

function instanceOf({ positional: [value] }: CallArguments, name: string): InstanceValue {
  if (isDataclassInstance(value)) return value
  throw pythonError('TypeError', `${name}() should be called on dataclass instances`)
}

type Join = (entries: readonly (readonly [string, PyValue])[]) => PyValue

/** Dataclasses inside become what `join` makes of their fields, containers are copied along. */
function converted(i: Interpreter, value: PyValue, join: Join): PyValue {
  const inner = (part: PyValue): PyValue => i.session.budget.nested(() => converted(i, part, join))
  if (isDataclassInstance(value))
    return join(fieldNames(value).map((name) => [name, inner(i.getAttribute(value, name))]))
  i.session.budget.object()
  switch (value.kind) {
    case 'list':
      return new ListValue(i.iterate(value).map(inner))
    case 'tuple':
      return { ...value, items: i.iterate(value).map(inner) }
    case 'dict':
      return new DictValue(
        value.entries().map(([key, item]) => [inner(key), inner(item)] as const),
        value.factory,
      )
    default:
      return deepCopy(i, value)
  }
}

const asDict: Join = (entries) => new DictValue(entries.map(([name, value]) => [str(name), value] as const))
const asTuple: Join = (entries): TupleValue => tuple(entries.map(([, value]) => value))

/** `dataclasses.replace(instance, **changes)` */
function replace(i: Interpreter, args: CallArguments): PyValue {
  const self = instanceOf(args, 'replace')
  const given = new Map(args.keyword)
  for (const name of fieldNames(self)) if (!given.has(name)) given.set(name, i.getAttribute(self, name))
  return i.call(self.class, { positional: [], keyword: given })
}

export const FIELD_FUNCTIONS: Readonly<Record<string, NativeFunction['call']>> = {
  fields: (_, { positional: [value = NONE] }) => {
    const found = fieldsDict(value)
    if (found) return tuple(found.values())
    throw pythonError('TypeError', `must be called with a dataclass type or instance, not ${typeName(value)}`)
  },
  is_dataclass: (_, { positional: [value] }) => bool(fieldsDict(value) !== undefined),
  asdict: (i, args) => converted(i, instanceOf(args, 'asdict'), asDict),
  astuple: (i, args) => converted(i, instanceOf(args, 'astuple'), asTuple),
  replace,
}
