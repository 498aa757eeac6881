import type { Interpreter } from '../interpreter/interpreter.ts'
import { pythonError, unknownToThisVersion } from '../python-error.ts'
import {
  type CallArguments,
  type ClassValue,
  DictValue,
  type InstanceValue,
  type NamespaceValue,
  type NativeFunction,
  NONE,
  native,
  type PyValue,
  str,
  tuple,
  typeName,
} from '../values/index.ts'
import {
  completedField,
  FIELDS,
  type FieldRole,
  type FieldSpec,
  field,
  MISSING,
  specsOf,
} from './dataclass-fields.ts'
import { FIELD_FUNCTIONS } from './dataclass-functions.ts'
import {
  equalityOf,
  FROZEN_INSTANCE_ERROR,
  frozenMethods,
  hashMethodOf,
  initialiserOf,
  orderOf,
  reprOf,
} from './dataclass-methods.ts'
import { functions, namespace } from './namespace.ts'
import { typeNamed } from './typing.ts'

/** `@dataclass`'s options as Python has them when nothing is said. Slots and `match` change nothing here. */
const USUAL = {
  init: true,
  repr: true,
  eq: true,
  order: false,
  unsafe_hash: false,
  frozen: false,
  match_args: true,
  kw_only: false,
  slots: false,
  weakref_slot: false,
} as const

type Options = Readonly<Record<keyof typeof USUAL, boolean>>

function optionsOf(i: Interpreter, keyword: CallArguments['keyword']): Options {
  const options: Record<keyof typeof USUAL, boolean> = { ...USUAL }
  for (const [name, value] of keyword) {
    if (!isOption(name)) throw unknownToThisVersion(`dataclass(${name}=…)`)
    options[name] = i.truth(value)
  }
  return options
}

const isOption = (name: string): name is keyof typeof USUAL => name in USUAL

/** `@dataclass`, `@dataclass(frozen=True)` */
const dataclass: NativeFunction = native('dataclass', (i, { positional: [of], keyword }) => {
  const options = optionsOf(i, keyword)
  return of?.kind === 'class'
    ? completed(i, of, options)
    : native('dataclass', (_, { positional: [made = NONE] }) =>
        made.kind === 'class' ? completed(i, made, options) : made,
      )
})

/** With the methods that the class does not have itself. */
function completed(i: Interpreter, of: ClassValue, options: Options): ClassValue {
  const fields = fieldsOf(i, of, options.kw_only)
  of.attributes.set(FIELDS, fields)
  const specs = specsOf(fields).filter(({ role }) => role !== 'ClassVar')
  checkOrder(specs)
  const real = specs.filter(({ role }) => role === 'field')
  const compared = real.filter(({ isCompared }) => isCompared)
  const add = (method: NativeFunction) => {
    if (!of.attributes.has(method.name)) of.attributes.set(method.name, method)
  }
  const hasHash = options.unsafe_hash || (options.eq && options.frozen)
  if (hasHash) add(hashMethodOf(real.filter(({ isHashed }) => isHashed)))
  if (options.init)
    of.attributes.set('__init__', of.attributes.get('__init__') ?? initialiserOf(of, specs, options.frozen))
  if (options.repr) add(reprOf(real.filter(({ isShown }) => isShown)))
  if (options.eq) add(equalityOf(compared))
  if (options.order) for (const method of orderOf(compared)) add(method)
  if (options.frozen) for (const method of frozenMethods(of, real)) add(method)
  const places = specs.filter(({ isInit, isKeywordOnly }) => isInit && !isKeywordOnly)
  if (options.match_args && !of.attributes.has('__match_args__'))
    of.attributes.set('__match_args__', tuple(places.map(({ name }) => str(name))))
  return of
}

/** Those of the bases first; a name that is annotated again keeps its place. */
function fieldsOf(i: Interpreter, of: ClassValue, areKeywordOnly: boolean): DictValue {
  const fields = new DictValue()
  for (const { attributes } of [...of.mro.slice(1)].reverse()) {
    const inherited = attributes.get(FIELDS)
    if (inherited?.kind === 'dict') for (const [name, held] of inherited.entries()) fields.set(name, held)
  }
  let isKeywordOnly = areKeywordOnly
  for (const [name, type] of of.annotations?.(i).entries() ?? []) {
    if (name.kind !== 'str') continue
    const role = roleOf(type)
    if (role === 'KW_ONLY') isKeywordOnly = true
    else fields.set(name, ownField(of, name.value, { type, role, isKeywordOnly }))
  }
  return fields
}

const MUTABLE: ReadonlySet<PyValue['kind']> = new Set(['list', 'dict', 'set'])

/** What the class holds under the name stays its default, as a variable of the class. */
function ownField(
  of: ClassValue,
  name: string,
  about: { readonly type: PyValue; readonly role: FieldRole; readonly isKeywordOnly: boolean },
): InstanceValue {
  const made = completedField(name, of.attributes.get(name), about)
  const value = made.attributes.get('default') ?? MISSING
  if (about.role === 'field' && MUTABLE.has(value.kind))
    throw pythonError(
      'ValueError',
      `mutable default ${typeName(value)} for field ${name} is not allowed: use default_factory`,
    )
  if (value === MISSING) of.attributes.delete(name)
  else of.attributes.set(name, value)
  return made
}

/** `ClassVar[int]`, `InitVar[int]` and `_: KW_ONLY`, also as texts. */
function roleOf(type: PyValue): FieldRole | 'KW_ONLY' {
  const name =
    type.kind === 'type'
      ? type.name
      : type.kind === 'str'
        ? /^(?:\w+\.)?(\w+)/.exec(type.value)?.[1]
        : undefined
  return name === 'ClassVar' || name === 'InitVar' || name === 'KW_ONLY' ? name : 'field'
}

function checkOrder(specs: readonly FieldSpec[]): void {
  let before: string | undefined
  for (const { name, value, factory, isInit, isKeywordOnly } of specs) {
    if (!isInit || isKeywordOnly) continue
    if (value || factory) before = name
    else if (before !== undefined)
      throw pythonError('TypeError', `non-default argument '${name}' follows default argument '${before}'`)
  }
}

export const DATACLASSES: NamespaceValue = namespace('dataclasses', [
  ['dataclass', dataclass],
  ['MISSING', MISSING],
  ['FrozenInstanceError', FROZEN_INSTANCE_ERROR],
  ['InitVar', typeNamed('InitVar')],
  ['KW_ONLY', typeNamed('KW_ONLY')],
  ...functions({ field, ...FIELD_FUNCTIONS }),
])
