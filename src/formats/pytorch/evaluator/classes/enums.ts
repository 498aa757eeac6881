import { ModelError } from '../../../../errors/index.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { keyError, pythonError } from '../python-error.ts'
import { type ClassValue, InstanceValue, NONE, type PyValue, positional, str } from '../values/index.ts'

/** What `enum.auto()` gives, until its class makes a value of it. */
export const AUTO: PyValue = { kind: 'constant', name: 'auto' }

/** Names of a class body that are no members, whatever they hold: `__x__`, `_x_`, and what is private to the class. */
const NO_MEMBER = /^(__.*|_.*_)$/

const METHODS = new Set<PyValue['kind']>(['function', 'native', 'method', 'descriptor', 'class'])

/** Every plain value of an Enum's body becomes a member with `name` and `value`; a second name of a value is an alias. */
export function makeMembers(i: Interpreter, made: ClassValue): void {
  if (made.mro.some(({ name }) => name === 'Flag' || name === 'IntFlag'))
    throw unclear(`The class ${made.name} derives from enum.Flag`)
  const members: PyValue[] = []
  for (const [name, given] of made.attributes) {
    if (NO_MEMBER.test(name) || METHODS.has(given.kind)) continue
    const value = given === AUTO ? nextValue(i, made, name, members) : given
    const alias = members.find((member) => i.equals(heldBy(member), value))
    const member = alias ?? makeMember(i, made, name, value)
    if (!alias) members.push(member)
    made.attributes.set(name, member)
  }
}

/** @throws PythonError TypeError for a class derived from an Enum that has members. */
export function refuseMoreMembers(made: ClassValue): void {
  for (const base of made.bases)
    if (enumMembers(base).length > 0)
      throw pythonError('TypeError', `<enum '${made.name}'> cannot extend <enum '${base.name}'>`)
}

/** Whether an Enum lets nothing be assigned to the name: its members, and what they hold. */
export const isFixedInEnum = (object: PyValue, name: string): boolean =>
  object.kind === 'class'
    ? object.role === 'enum' && memberOf(object.attributes.get(name))?.class === object
    : object.kind === 'instance' && object.class.role === 'enum' && (name === 'name' || name === 'value')

function makeMember(i: Interpreter, made: ClassValue, name: string, value: PyValue): PyValue {
  const { dataType } = made
  if (dataType !== undefined && value.kind !== dataType)
    throw unclear(`The member ${made.name}.${name} is a ${value.kind} in an Enum of ${dataType}`)
  const member = new InstanceValue(
    made,
    new Map([
      ['name', str(name)],
      ['_name_', str(name)],
      ['value', value],
      ['_value_', value],
    ]),
  )
  const init = made.lookup('__init__')
  if (init) i.call(init, positional(member, ...(value.kind === 'tuple' ? value.items : [value])))
  return value.kind === dataType ? { ...value, member } : member
}

/** One more than the last, or the name of a `StrEnum`'s member. */
function nextValue(i: Interpreter, made: ClassValue, name: string, members: readonly PyValue[]): PyValue {
  const own = made.lookup('_generate_next_value_')
  if (own) throw unclear(`The Enum ${made.name} has a _generate_next_value_ of its own`)
  if (isTextEnum(made)) return str(name.toLowerCase())
  const last = members.at(-1)
  if (!last) return { kind: 'int', value: 1 }
  const value = heldBy(last)
  if (value.kind !== 'int' || members.some((member) => i.truth(i.compare('>', heldBy(member), value))))
    throw unclear(`What auto() gives for ${made.name}.${name} differs between versions of Python`)
  return i.binary('+', value, { kind: 'int', value: 1 })
}

/** `enum.StrEnum`, whose members are shown as their texts. */
export const isTextEnum = (of: ClassValue): boolean => of.mro.some(({ name }) => name === 'StrEnum')

/** The instance that a member is, or that a text or number is as a member. */
export function memberOf(value: PyValue | undefined): InstanceValue | undefined {
  if (value?.kind === 'instance') return value.class.role === 'enum' ? value : undefined
  return value && 'member' in value ? value.member : undefined
}

const heldBy = (member: PyValue): PyValue => memberOf(member)?.attributes.get('_value_') ?? NONE

/** In the order of their definition, each once. */
export const enumMembers = (of: ClassValue): PyValue[] => [
  ...new Set([...of.attributes.values()].filter((value) => memberOf(value)?.class === of)),
]

/** `Mode['NAME']` */
export function memberNamed(i: Interpreter, of: ClassValue, name: PyValue): PyValue {
  const member = name.kind === 'str' ? of.attributes.get(name.value) : undefined
  if (member && memberOf(member)?.class === of) return member
  throw keyError(name, i.repr(name))
}

/** `Mode(value)` */
export function memberWith(i: Interpreter, of: ClassValue, value: PyValue): PyValue {
  const members = enumMembers(of)
  if (members.length === 0) throw unclear(`${of.name}(…) makes an Enum without a class statement`)
  i.session.budget.step(members.length)
  const member = members.find((one) => one === value || i.equals(heldBy(one), value))
  if (member) return member
  const missing = i.findAttribute(of, '_missing_')
  const found = missing ? i.call(missing, positional(value)) : NONE
  if (memberOf(found)?.class === of) return found
  throw pythonError('ValueError', `${i.repr(value)} is not a valid ${of.name}`)
}

const unclear = (what: string): ModelError =>
  new ModelError('UNSUPPORTED_CONSTRUCT', {
    what,
    why: 'Enums of that kind are not built here',
    next: 'Write the members with values in a class statement',
  })

/** `<Mode.NAME: 1>` */
export const memberRepr = (i: Interpreter, { class: of, attributes }: InstanceValue): string =>
  `<${memberName(i, of, attributes)}: ${i.repr(attributes.get('_value_') ?? NONE)}>`

/** `Mode.NAME`, or the text of a `StrEnum`'s member. How others that are texts or numbers are shown depends on the version of Python. */
export function memberText(i: Interpreter, { class: of, attributes }: InstanceValue): string {
  if (isTextEnum(of)) return i.text(attributes.get('_value_') ?? NONE)
  const name = memberName(i, of, attributes)
  if (of.dataType !== undefined)
    i.session.refuseReading(unclear(`${name} is shown as a text, which differs between versions of Python`))
  return name
}

const memberName = (i: Interpreter, of: ClassValue, attributes: InstanceValue['attributes']): string =>
  `${of.name}.${i.text(attributes.get('_name_') ?? NONE)}`
