import { OBJECT_CLASS } from '../classes/object-protocol.ts'
import { EXCEPTIONS } from '../python-error.ts'
import { ELLIPSIS, type PyValue } from '../values/index.ts'
import { BUILTIN_FUNCTIONS } from './functions.ts'
import { REFUSED_FUNCTIONS } from './refused.ts'
import { BUILTIN_TYPES } from './types.ts'

/** Names that every Python file starts with. */
export const BUILTINS: ReadonlyMap<string, PyValue> = new Map<string, PyValue>([
  ...BUILTIN_FUNCTIONS.map((value) => [value.name, value] as const),
  ...REFUSED_FUNCTIONS.map((value) => [value.name, value] as const),
  ...BUILTIN_TYPES.map((value) => [value.name, value] as const),
  ...EXCEPTIONS,
  // Named by annotations and type variables; binary data has no part in a model.
  ...['bytes', 'bytearray', 'complex', 'memoryview'].map(
    (name) => [name, { kind: 'type', name, args: [] }] as const,
  ),
  ['object', OBJECT_CLASS],
  ['Ellipsis', ELLIPSIS],
  ['NotImplemented', { kind: 'constant', name: 'NotImplemented' }],
  ['__debug__', { kind: 'bool', value: false }],
])
