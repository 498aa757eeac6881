import type { Interpreter } from '../interpreter/interpreter.ts'
import { pythonError } from '../python-error.ts'
import {
  type CallArguments,
  type ClassValue,
  type NamespaceValue,
  type NativeFunction,
  NONE,
  native,
  type PyValue,
  positional,
} from '../values/index.ts'
import { functions, namespace } from './namespace.ts'

/** `field(default_factory=list)`: made anew for every instance. */
const FACTORY = 'dataclasses.field'

const dataclass: NativeFunction = native('dataclass', (_, { positional: [of] }) => {
  if (of?.kind !== 'class') return dataclass
  if (!of.attributes.has('__init__')) of.attributes.set('__init__', initialiser(of))
  return of
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

function field(_: Interpreter, { keyword }: CallArguments): PyValue {
  const factory = keyword.get('default_factory')
  if (factory) return { kind: 'method', self: factory, callee: native(FACTORY, () => NONE) }
  return keyword.get('default') ?? NONE
}

export const DATACLASSES: NamespaceValue = namespace('dataclasses', [
  ['dataclass', dataclass],
  ...functions({ field }),
])
