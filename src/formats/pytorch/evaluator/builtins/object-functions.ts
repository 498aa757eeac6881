import { deleteAttribute } from '../interpreter/attributes.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { isUndecided, unknownUse } from '../interpreter/unknown-imports.ts'
import { PythonError, pythonError } from '../python-error.ts'
import { shownText } from '../shown-text.ts'
import {
  bool,
  type CallArguments,
  DictValue,
  identityOf,
  int,
  type NativeFunction,
  NONE,
  type PyValue,
} from '../values/index.ts'
import { asText, named } from './arguments.ts'
import { hashOf } from './hashing.ts'
import { isInstance } from './type-checks.ts'

function getattr(i: Interpreter, args: CallArguments): PyValue {
  const { object, name, fallback } = named('getattr', ['object', 'name', 'fallback?'], args)
  if (!fallback) return i.getAttribute(object, asText(name))
  return attributeOrNothing(i, object, asText(name)) ?? fallback
}

/** As `hasattr` sees it: an AttributeError of `__getattr__` means there is none. */
function attributeOrNothing(i: Interpreter, object: PyValue, name: string): PyValue | undefined {
  try {
    return i.findAttribute(object, name)
  } catch (error) {
    if (error instanceof PythonError && error.raised.class.name === 'AttributeError') return undefined
    throw error
  }
}

function issubclass(_: Interpreter, { positional: [of, parents] }: CallArguments): PyValue {
  const wanted = parents?.kind === 'tuple' ? parents.items : parents ? [parents] : []
  return bool(
    of?.kind === 'class' && wanted.some((parent) => parent.kind === 'class' && of.isSubclassOf(parent)),
  )
}

const decorator =
  (role: 'property' | 'static' | 'class'): NativeFunction['call'] =>
  (_, { positional: [callee] }) =>
    callee ? { kind: 'descriptor', role, callee } : NONE

/** Built-in functions of any object: its attributes, its class, its text. */
export const OBJECT_FUNCTIONS: Readonly<Record<string, NativeFunction['call']>> = {
  isinstance: (i, { positional: [value, type] }) => bool(isInstance(i, value ?? NONE, type ?? NONE)),
  issubclass,
  getattr,
  hasattr: (i, { positional: [object = NONE, name] }) => {
    if (isUndecided(object)) throw unknownUse(object.name)
    return bool(attributeOrNothing(i, object, asText(name ?? NONE)) !== undefined)
  },
  setattr: (i, args) => {
    const { object, name, value } = named('setattr', ['object', 'name', 'value'], args)
    i.setAttribute(object, asText(name), value)
    return NONE
  },
  delattr: (i, args) => {
    const { object, name } = named('delattr', ['object', 'name'], args)
    deleteAttribute(i, object, asText(name))
    return NONE
  },
  callable: (i, { positional: [value] }) =>
    bool(
      value !== undefined &&
        (isInstance(i, value, { kind: 'type', name: 'Callable', args: [] }) ||
          (value.kind === 'instance' && i.findAttribute(value, '__call__') !== undefined)),
    ),
  id: (_, { positional: [value] }) => int(value ? identityOf(value) : 0),
  hash: (i, { positional: [value = NONE] }) => hashOf(i, value),
  repr: (i, { positional: [value] }) => shownText(i.session, () => i.repr(value ?? NONE)),
  format: (i, { positional: [value, specification] }) =>
    shownText(i.session, () => i.format(value ?? NONE, specification ? asText(specification) : '')),
  vars: (i, { positional: [value] }) => (value ? i.getAttribute(value, '__dict__') : new DictValue()),
  super: (_, { positional: [of, self] }) => {
    if (of?.kind !== 'class' || !self) throw pythonError('RuntimeError', 'super(): no arguments')
    return { kind: 'super', self, after: of }
  },
  property: decorator('property'),
  staticmethod: decorator('static'),
  classmethod: decorator('class'),
}
