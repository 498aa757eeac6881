import { asText } from '../builtins/arguments.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { pythonError } from '../python-error.ts'
import { type CallArguments, ClassValue, NONE, type PyValue } from '../values/index.ts'

export const NAMED_TUPLE = ClassValue.special('NamedTuple', 'namedtuple')

/** A NamedTuple class without a class statement. @param defaults Of its last fields. */
export function tupleClass(
  name: string,
  fields: readonly string[],
  defaults: readonly PyValue[] = [],
): ClassValue {
  if (defaults.length > fields.length)
    throw pythonError('TypeError', 'Got more default values than field names')
  const first = fields.length - defaults.length
  const held = defaults.map((value, at): [string, PyValue] => [fields[first + at] ?? '', value])
  const made = new ClassValue(name, [NAMED_TUPLE], new Map(held))
  made.fields = fields
  return made
}

/** `NamedTuple('Point', [('x', int), ('y', int)])` */
export function namedTupleClass(
  i: Interpreter,
  { positional: [name = NONE, fields] }: CallArguments,
): PyValue {
  const names = (fields ? i.iterate(fields) : []).map((field) => asText(i.iterate(field)[0] ?? NONE))
  return tupleClass(asText(name), names)
}
