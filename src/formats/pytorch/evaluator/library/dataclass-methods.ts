import { deleteOwnAttribute, setOwnAttribute } from '../classes/object-protocol.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { EXCEPTIONS, PythonError, pythonError } from '../python-error.ts'
import {
  bool,
  ClassValue,
  InstanceValue,
  type NativeFunction,
  NONE,
  native,
  type PyValue,
  positional,
  str,
  type TupleValue,
  tuple,
} from '../values/index.ts'
import type { FieldSpec } from './dataclass-fields.ts'

const valuesOf = (i: Interpreter, self: PyValue, specs: readonly FieldSpec[]): TupleValue =>
  tuple(specs.map(({ name }) => i.getAttribute(self, name)))

const NOT_IMPLEMENTED: PyValue = { kind: 'constant', name: 'NotImplemented' }

const isSameClass = (self: PyValue | undefined, other: PyValue | undefined): boolean =>
  self?.kind === 'instance' && other?.kind === 'instance' && self.class === other.class

const comparison = (
  method: string,
  specs: readonly FieldSpec[],
  holds: (i: Interpreter, left: TupleValue, right: TupleValue) => boolean,
): NativeFunction =>
  native(method, (i, { positional: [self = NONE, other = NONE] }) =>
    isSameClass(self, other)
      ? bool(holds(i, valuesOf(i, self, specs), valuesOf(i, other, specs)))
      : NOT_IMPLEMENTED,
  )

export const equalityOf = (specs: readonly FieldSpec[]): NativeFunction =>
  comparison('__eq__', specs, (i, left, right) => i.equals(left, right))

/** `__lt__` and its like, as tuples of the fields compare. */
export const orderOf = (specs: readonly FieldSpec[]): readonly NativeFunction[] =>
  (
    [
      ['__lt__', '<'],
      ['__le__', '<='],
      ['__gt__', '>'],
      ['__ge__', '>='],
    ] as const
  ).map(([method, operator]) =>
    comparison(method, specs, (i, left, right) => i.truth(i.compare(operator, left, right))),
  )

export const hashMethodOf = (specs: readonly FieldSpec[]): NativeFunction =>
  native('__hash__', (i, { positional: [self = NONE] }) =>
    i.call(i.builtin('hash'), positional(valuesOf(i, self, specs))),
  )

export const reprOf = (specs: readonly FieldSpec[]): NativeFunction =>
  native('__repr__', (i, { positional: [self] }) => {
    if (self?.kind !== 'instance') return NONE
    const parts = specs.map(({ name }) => `${name}=${i.repr(i.getAttribute(self, name))}`)
    return str(`${self.class.name}(${parts.join(', ')})`)
  })

const FROZEN_ERROR = new ClassValue('FrozenInstanceError', [
  EXCEPTIONS.get('AttributeError') ?? new ClassValue('AttributeError'),
])

export const FROZEN_INSTANCE_ERROR: PyValue = FROZEN_ERROR

function frozen(does: string, name: PyValue): PythonError {
  const text = `cannot ${does} field '${name.kind === 'str' ? name.value : ''}'`
  return new PythonError(new InstanceValue(FROZEN_ERROR, new Map([['args', tuple([str(text)])]])), text)
}

/** A class derived from a frozen one, and itself no dataclass, may have attributes of its own. */
const isFixed = (of: ClassValue, specs: readonly FieldSpec[], self: PyValue, name: PyValue): boolean =>
  (self.kind === 'instance' && self.class === of) ||
  specs.some((spec) => name.kind === 'str' && name.value === spec.name)

/** `frozen=True` */
export const frozenMethods = (of: ClassValue, specs: readonly FieldSpec[]): readonly NativeFunction[] => [
  native('__setattr__', (_, { positional: [self = NONE, name = NONE, value = NONE] }) => {
    if (isFixed(of, specs, self, name)) throw frozen('assign to', name)
    if (self.kind === 'instance' && name.kind === 'str') setOwnAttribute(self, name.value, value)
    return NONE
  }),
  native('__delattr__', (_, { positional: [self = NONE, name = NONE] }) => {
    if (isFixed(of, specs, self, name)) throw frozen('delete', name)
    if (self.kind === 'instance' && name.kind === 'str') deleteOwnAttribute(self, name.value)
    return NONE
  }),
]

/** @param isFrozen Its own `__setattr__` refuses: the fields are set past it. */
export const initialiserOf = (
  of: ClassValue,
  specs: readonly FieldSpec[],
  isFrozen: boolean,
): NativeFunction =>
  native('__init__', (i, { positional: [self, ...given], keyword }) => {
    if (self?.kind !== 'instance') return NONE
    const wrong = (what: string) => pythonError('TypeError', `${of.name}.__init__() ${what}`)
    const places = specs.filter(({ isInit, isKeywordOnly }) => isInit && !isKeywordOnly)
    if (given.length > places.length)
      throw wrong(`takes ${places.length + 1} positional arguments but ${given.length + 1} were given`)
    const asked = new Set(specs.flatMap(({ name, isInit }) => (isInit ? [name] : [])))
    for (const name of keyword.keys())
      if (!asked.has(name)) throw wrong(`got an unexpected keyword argument '${name}'`)
    const passed: PyValue[] = []
    for (const spec of specs) {
      const { name, isInit, factory } = spec
      const placed = given[places.indexOf(spec)]
      if (placed && keyword.has(name)) throw wrong(`got multiple values for argument '${name}'`)
      const asked = isInit ? (placed ?? keyword.get(name) ?? spec.value) : undefined
      const value = asked ?? (factory && i.call(factory, positional()))
      if (!value && isInit) throw wrong(`missing a required argument: '${name}'`)
      if (!value) continue
      if (spec.role === 'InitVar') passed.push(value)
      else if (isFrozen) setOwnAttribute(self, name, value)
      else i.setAttribute(self, name, value)
    }
    const after = of.lookup('__post_init__') && i.findAttribute(self, '__post_init__')
    if (after) i.call(after, positional(...passed))
    return NONE
  })
