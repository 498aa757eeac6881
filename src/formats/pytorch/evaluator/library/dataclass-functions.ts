import type { Interpreter } from '../interpreter/interpreter.ts'
import { pythonError, unknownToThisVersion } from '../python-error.ts'
import {
  bool,
  type CallArguments,
  DictValue,
  type InstanceValue,
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
import { type FieldSpec, fieldsDict, specsOf } from './dataclass-fields.ts'

const realFields = (value: PyValue): FieldSpec[] =>
  specsOf(fieldsDict(value)).filter(({ role }) => role === 'field')

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
    return join(realFields(value).map(({ name }) => [name, inner(i.getAttribute(value, name))]))
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

const conversion =
  (name: string, join: Join): NativeFunction['call'] =>
  (i, args) => {
    const [option] = args.keyword.keys()
    if (option !== undefined) throw unknownToThisVersion(`dataclasses.${name}(${option}=…)`)
    return converted(i, instanceOf(args, name), join)
  }

/** `dataclasses.replace(instance, **changes)` */
function replace(i: Interpreter, args: CallArguments): PyValue {
  const self = instanceOf(args, 'replace')
  const given = new Map(args.keyword)
  for (const { name, role, isInit, value } of specsOf(fieldsDict(self))) {
    if (role === 'ClassVar') continue
    if (!isInit && given.has(name))
      throw pythonError(
        'ValueError',
        `field ${name} is declared with init=False, it cannot be specified with replace()`,
      )
    if (!isInit || given.has(name)) continue
    if (role === 'InitVar' && !value)
      throw pythonError('ValueError', `InitVar '${name}' must be specified with replace()`)
    given.set(name, i.getAttribute(self, name))
  }
  return i.call(self.class, { positional: [], keyword: given })
}

export const FIELD_FUNCTIONS: Readonly<Record<string, NativeFunction['call']>> = {
  fields: (_, { positional: [value = NONE] }) => {
    const found = fieldsDict(value)
    const names = realFields(value).map(({ name }) => name)
    if (found) return tuple(names.flatMap((name) => found.getText(name) ?? []))
    throw pythonError('TypeError', `must be called with a dataclass type or instance, not ${typeName(value)}`)
  },
  is_dataclass: (_, { positional: [value] }) => bool(fieldsDict(value) !== undefined),
  asdict: conversion('asdict', asDict),
  astuple: conversion('astuple', asTuple),
  replace,
}
