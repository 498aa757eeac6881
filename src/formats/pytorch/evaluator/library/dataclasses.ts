import type { Interpreter } from '../interpreter/interpreter.ts'
import { pythonError } from '../python-error.ts'
import {
  bool,
  type CallArguments,
  type ClassValue,
  DictValue,
  type InstanceValue,
  type NamespaceValue,
  type NativeFunction,
  NONE,
  native,
  type PyValue,
  positional,
  str,
  type TupleValue,
  tuple,
} from '../values/index.ts'
import { FIELD_FUNCTIONS, FIELDS, type FieldDefault, fieldOf, MISSING } from './dataclass-fields.ts'
import { functions, namespace } from './namespace.ts'

/** `field(default_factory=list)`: made anew for every instance. */
const FACTORY = 'dataclasses.field'

/** `@dataclass`, `@dataclass(frozen=True)` */
const dataclass: NativeFunction = native('dataclass', (i, { positional: [of], keyword }) => {
  const option = (name: string, usual: boolean): boolean => {
    const given = keyword.get(name)
    return given ? i.truth(given) : usual
  }
  const options = { hasEquality: option('eq', true), isFrozen: option('frozen', false) }
  return of?.kind === 'class'
    ? completed(i, of, options)
    : native('dataclass', (_, { positional: [made = NONE] }) =>
        made.kind === 'class' ? completed(i, made, options) : made,
      )
})

interface Options {
  readonly hasEquality: boolean
  readonly isFrozen: boolean
}

/** With the methods that the class does not have itself. */
function completed(i: Interpreter, of: ClassValue, { hasEquality, isFrozen }: Options): ClassValue {
  const add = (name: string, method: NativeFunction) => {
    if (!of.attributes.has(name)) of.attributes.set(name, method)
  }
  if (hasEquality && isFrozen) add('__hash__', hash)
  add('__init__', initialiser(of))
  add('__repr__', shown)
  if (hasEquality) add('__eq__', equality)
  const types = of.annotations?.(i)
  of.attributes.set(
    FIELDS,
    new DictValue(
      (of.fields ?? []).map((name) => {
        const inherited = of.mro.slice(1).map(({ attributes }) => attributes.get(FIELDS))
        const before = inherited.map((found) => found?.kind === 'dict' && found.getText(name)).find(Boolean)
        const type = types?.getText(name)
        return [str(name), type || !before ? fieldOf(name, type, fieldDefault(of, name)) : before] as const
      }),
    ),
  )
  return of
}

const fieldValues = (i: Interpreter, self: InstanceValue): TupleValue =>
  tuple((self.class.fields ?? []).map((name) => i.getAttribute(self, name)))

const hash = native('__hash__', (i, { positional: [self] }) =>
  self?.kind === 'instance' ? i.call(i.builtin('hash'), positional(fieldValues(i, self))) : NONE,
)

const NOT_IMPLEMENTED: PyValue = { kind: 'constant', name: 'NotImplemented' }

const equality = native('__eq__', (i, { positional: [self, other] }) =>
  self?.kind === 'instance' && other?.kind === 'instance' && self.class === other.class
    ? bool(i.equals(fieldValues(i, self), fieldValues(i, other)))
    : NOT_IMPLEMENTED,
)

const shown = native('__repr__', (i, { positional: [self] }) => {
  if (self?.kind !== 'instance') return NONE
  const fields = self.class.fields ?? []
  const parts = fields.map((name) => `${name}=${i.repr(i.getAttribute(self, name))}`)
  return str(`${self.class.name}(${parts.join(', ')})`)
})

const initialiser = (of: ClassValue): NativeFunction =>
  native('__init__', (i, { positional: [self, ...given], keyword }) => {
    if (self?.kind !== 'instance') return NONE
    for (const [index, name] of (of.fields ?? []).entries()) {
      const value = given[index] ?? keyword.get(name) ?? defaultOf(i, of, name)
      if (!value) throw pythonError('TypeError', `${of.name}() missing a required argument: '${name}'`)
      i.setAttribute(self, name, value)
    }
    const after = of.lookup('__post_init__')
    if (after) i.call(after, positional(self))
    return NONE
  })

function defaultOf(i: Interpreter, of: ClassValue, name: string): PyValue | undefined {
  const value = of.lookup(name)
  if (value?.kind !== 'method' || value.callee.name !== FACTORY) return value
  return i.call(value.self, positional())
}

function fieldDefault(of: ClassValue, name: string): FieldDefault {
  const value = of.lookup(name)
  const isMade = value?.kind === 'method' && value.callee.name === FACTORY
  return isMade ? { value: undefined, factory: value.self } : { value, factory: undefined }
}

function field(_: Interpreter, { keyword }: CallArguments): PyValue {
  const factory = keyword.get('default_factory')
  if (factory) return { kind: 'method', self: factory, callee: native(FACTORY, () => NONE) }
  return keyword.get('default') ?? NONE
}

export const DATACLASSES: NamespaceValue = namespace('dataclasses', [
  ['dataclass', dataclass],
  ['MISSING', MISSING],
  ...functions({ field, ...FIELD_FUNCTIONS }),
])
