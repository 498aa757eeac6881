import type { ModelError } from '../../../../errors/index.ts'
import { deleteAttribute } from '../classes/attributes.ts'
import { hasSpecialMethod, mayKnowAttribute } from '../classes/python-methods.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { isUndecided, unknownUse } from '../interpreter/unknown-imports.ts'
import { PythonError, pythonError, unknownToThisVersion } from '../python-error.ts'
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
  typeName,
} from '../values/index.ts'
import { asText, named } from './arguments.ts'
import { hashOf } from './hashing.ts'
import { issubclass } from './subclasses.ts'
import { isInstance } from './type-checks.ts'

function getattr(i: Interpreter, args: CallArguments): PyValue {
  const { object, name, fallback } = named('getattr', ['object', 'name', 'fallback?'], args)
  if (!fallback) return i.getAttribute(object, asText(name))
  const found = attributeOrNothing(i, object, asText(name))
  if (!found && isOfKind(object, asText(name))) throw lacking(object, asText(name))
  return found ?? fallback
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

/** Whether Python's own values have what was not found on one here. */
function isOfKind(object: PyValue, name: string): boolean {
  const has = hasSpecialMethod(object.kind, name)
  if (has === undefined && mayKnowAttribute(object.kind, name)) throw lacking(object, name)
  return has === true
}

const lacking = (object: PyValue, name: string): ModelError =>
  unknownToThisVersion(`${typeName(object)}.${name}`)

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
    const wanted = asText(name ?? NONE)
    return bool(attributeOrNothing(i, object, wanted) !== undefined || isOfKind(object, wanted))
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
