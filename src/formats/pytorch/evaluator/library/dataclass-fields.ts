import { pythonError, unknownToThisVersion } from '../python-error.ts'
import {
  bool,
  type CallArguments,
  ClassValue,
  DictValue,
  InstanceValue,
  NONE,
  type PyValue,
  str,
} from '../values/index.ts'

/** Where a dataclass keeps what it says of its fields. */
export const FIELDS = '__dataclass_fields__'

export const MISSING: PyValue = { kind: 'constant', name: 'MISSING' }

const FIELD = new ClassValue('Field')

/** Where a field says what it is besides a field: a name that no program can spell. */
const ROLE = ' role'

/** What is annotated: a field, an argument of `__init__` alone, or a variable of the class. */
export type FieldRole = 'field' | 'InitVar' | 'ClassVar'

/** One field, read from the `Field` that the class holds. */
export interface FieldSpec {
  readonly name: string
  readonly role: FieldRole
  readonly value: PyValue | undefined
  readonly factory: PyValue | undefined
  readonly isInit: boolean
  readonly isShown: boolean
  readonly isCompared: boolean
  readonly isHashed: boolean
  readonly isKeywordOnly: boolean
}

const OPTIONS = ['default', 'default_factory', 'init', 'repr', 'hash', 'compare', 'metadata', 'kw_only']

/** `field(default=…, init=…)` */
export function field(_: unknown, { positional, keyword }: CallArguments): PyValue {
  if (positional.length > 0) throw pythonError('TypeError', 'field() takes keyword arguments only')
  for (const name of keyword.keys())
    if (!OPTIONS.includes(name)) throw unknownToThisVersion(`dataclasses.field(${name}=…)`)
  if (keyword.has('default') && keyword.has('default_factory'))
    throw pythonError('ValueError', 'cannot specify both default and default_factory')
  const option = (name: string, usual: PyValue): [string, PyValue] => [name, keyword.get(name) ?? usual]
  return new InstanceValue(
    FIELD,
    new Map<string, PyValue>([
      option('default', MISSING),
      option('default_factory', MISSING),
      option('init', bool(true)),
      option('repr', bool(true)),
      option('hash', NONE),
      option('compare', bool(true)),
      option('metadata', new DictValue()),
      option('kw_only', MISSING),
    ]),
  )
}

const isField = (value: PyValue | undefined): value is InstanceValue =>
  value?.kind === 'instance' && value.class === FIELD

/** What the class holds under the name, as a field of it. */
export function completedField(
  name: string,
  held: PyValue | undefined,
  about: { readonly type: PyValue; readonly role: FieldRole; readonly isKeywordOnly: boolean },
): InstanceValue {
  const made = isField(held)
    ? held
    : field(undefined, { positional: [], keyword: new Map(held ? [['default', held]] : []) })
  const attributes = new Map(made.kind === 'instance' ? made.attributes : [])
  if (attributes.get('kw_only') === MISSING) attributes.set('kw_only', bool(about.isKeywordOnly))
  return new InstanceValue(
    FIELD,
    new Map([['name', str(name)], ['type', about.type], [ROLE, str(about.role)], ...attributes]),
  )
}

const given = (value: PyValue | undefined): PyValue | undefined => (value === MISSING ? undefined : value)

const isTrue = (value: PyValue | undefined): boolean => value?.kind === 'bool' && value.value

function specOf(name: string, { attributes }: InstanceValue): FieldSpec {
  const role = attributes.get(ROLE)
  const hash = attributes.get('hash')
  return {
    name,
    role:
      role?.kind === 'str' && role.value !== 'field'
        ? role.value === 'InitVar'
          ? 'InitVar'
          : 'ClassVar'
        : 'field',
    value: given(attributes.get('default')),
    factory: given(attributes.get('default_factory')),
    isInit: isTrue(attributes.get('init')),
    isShown: isTrue(attributes.get('repr')),
    isCompared: isTrue(attributes.get('compare')),
    isHashed: isTrue(hash?.kind === 'none' ? attributes.get('compare') : hash),
    isKeywordOnly: isTrue(attributes.get('kw_only')),
  }
}

/** The `Field`s of a dataclass by name, pseudo-fields among them; undefined where it is none. */
export function fieldsDict(value: PyValue | undefined): DictValue | undefined {
  const of = value?.kind === 'instance' ? value.class : value?.kind === 'class' ? value : undefined
  const found = of?.lookup(FIELDS)
  return found?.kind === 'dict' ? found : undefined
}

/** In order, pseudo-fields among them. */
export function specsOf(fields: DictValue | undefined): FieldSpec[] {
  return (fields?.entries() ?? []).flatMap(([name, held]) =>
    name.kind === 'str' && isField(held) ? [specOf(name.value, held)] : [],
  )
}
