import { pythonError } from '../python-error.ts'
import { type InstanceValue, NONE, native, type PyValue, str, typeName } from '../values/index.ts'
import { isModule, moduleMember, setModuleMember } from './module-members.ts'

/** What the instance itself holds under a name, its class left aside. */
export const ownAttribute = (self: InstanceValue, name: string): PyValue | undefined =>
  self.attributes.get(name) ?? moduleMember(self, name)

export function setOwnAttribute(self: InstanceValue, name: string, value: PyValue): void {
  const { attributes } = self
  if (isModule(self)) setModuleMember(self, name, value)
  else attributes.set(name, value)
}

export function deleteOwnAttribute(self: InstanceValue, name: string): void {
  const registries = ['_parameters', '_buffers', '_modules'].map((kind) => self.attributes.get(kind))
  const held = registries.find((registry) => registry?.kind === 'dict' && registry.has(str(name)))
  if (held?.kind === 'dict') held.delete(str(name))
  else if (!self.attributes.delete(name)) throw missing(self, name)
}

const missing = (self: InstanceValue, name: string) =>
  pythonError('AttributeError', `'${typeName(self)}' object has no attribute '${name}'`)

/** `object.__init__`, which takes whatever a cooperating class passes on. */
export const NO_INIT: PyValue = native('__init__', () => NONE)

/** The methods that every object inherits: classes override them and call them through `super()`. */
const INHERITED: ReadonlyMap<string, (self: InstanceValue) => PyValue> = new Map<
  string,
  (self: InstanceValue) => PyValue
>([
  ['__init__', () => NO_INIT],
  [
    '__setattr__',
    (self) =>
      onName('__setattr__', (name, value) => {
        setOwnAttribute(self, name, value)
        return NONE
      }),
  ],
  ['__getattr__', (self) => onName('__getattr__', (name) => held(self, name))],
  ['__getattribute__', (self) => onName('__getattribute__', (name) => held(self, name))],
  [
    '__delattr__',
    (self) =>
      onName('__delattr__', (name) => {
        deleteOwnAttribute(self, name)
        return NONE
      }),
  ],
])

export const inheritedMethod = (self: InstanceValue, name: string): PyValue | undefined =>
  INHERITED.get(name)?.(self)

function held(self: InstanceValue, name: string): PyValue {
  const found = ownAttribute(self, name)
  if (found) return found
  throw missing(self, name)
}

const onName = (method: string, apply: (name: string, value: PyValue) => PyValue): PyValue =>
  native(method, (_, { positional: [name, value] }) => {
    if (name?.kind !== 'str') throw pythonError('TypeError', 'attribute name must be string')
    return apply(name.value, value ?? NONE)
  })
