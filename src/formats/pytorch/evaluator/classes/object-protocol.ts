import type { Interpreter } from '../interpreter/interpreter.ts'
import { pythonError } from '../python-error.ts'
import {
  ClassValue,
  type DictValue,
  dictItems,
  type InstanceValue,
  NONE,
  native,
  type PyValue,
  positional,
  str,
  transparentNative,
  typeName,
} from '../values/index.ts'
import { isModule, moduleMember, setModuleMember } from './module-members.ts'

/** What the instance itself holds under a name, its class left aside. */
export const ownAttribute = (self: InstanceValue, name: string): PyValue | undefined =>
  self.attributes.get(name) ?? moduleMember(self, name) ?? ownDict(self)?.getText(name)

/** Where an instance's attributes are since its program said so: `self.__dict__ = self`. */
const DICT = ' __dict__'

/** The dict that a program gave an instance for its attributes. */
export function ownDict(self: InstanceValue): DictValue | undefined {
  const held = self.attributes.get(DICT)
  return held?.kind === 'dict' ? held : undefined
}

/** `self.__dict__ = value` */
export function setOwnDict(self: InstanceValue, value: PyValue): void {
  const held = dictItems(value)
  if (!held)
    throw pythonError('TypeError', `__dict__ must be set to a dictionary, not a '${typeName(value)}'`)
  for (const name of [...self.attributes.keys()]) if (!name.startsWith(' ')) self.attributes.delete(name)
  self.attributes.set(DICT, held)
}

/** As `object` sets an attribute: a property of the class says how, or that it is not set. */
export function setByObject(i: Interpreter, self: InstanceValue, name: string, value: PyValue): void {
  const inClass = self.class.lookup(name)
  if (name === '__dict__' && !isModule(self)) setOwnDict(self, value)
  else if (inClass?.kind !== 'descriptor' || inClass.role !== 'property' || isRegistered(self, value))
    setOwnAttribute(self, name, value)
  else if (inClass.setter) i.call(inClass.setter, positional(self, value))
  else throw pythonError('AttributeError', `property '${name}' of '${typeName(self)}' object has no setter`)
}

/** Parameters and modules in a module, which torch takes before it looks at properties. */
const isRegistered = (self: InstanceValue, value: PyValue): boolean =>
  isModule(self) && ((value.kind === 'tensor' && value.isParameter) || isModule(value))

/** As `object` deletes an attribute. */
export function deleteByObject(i: Interpreter, self: InstanceValue, name: string): void {
  const inClass = self.class.lookup(name)
  if (inClass?.kind !== 'descriptor' || inClass.role !== 'property') deleteOwnAttribute(self, name)
  else if (inClass.deleter) i.call(inClass.deleter, positional(self))
  else throw pythonError('AttributeError', `property '${name}' of '${typeName(self)}' object has no deleter`)
}

export function setOwnAttribute(self: InstanceValue, name: string, value: PyValue): void {
  const { attributes } = self
  const dict = ownDict(self)
  if (isModule(self)) setModuleMember(self, name, value)
  else if (dict) dict.setText(name, value)
  else attributes.set(name, value)
}

export function deleteOwnAttribute(self: InstanceValue, name: string): void {
  const registries = ['_parameters', '_buffers', '_modules'].map((kind) => self.attributes.get(kind))
  const held = registries.find((registry) => registry?.kind === 'dict' && registry.has(str(name)))
  if (held?.kind === 'dict') held.delete(str(name))
  else if (!self.attributes.delete(name) && !ownDict(self)?.delete(str(name))) throw missing(self, name)
}

const missing = (self: InstanceValue, name: string) =>
  pythonError('AttributeError', `'${typeName(self)}' object has no attribute '${name}'`)

/** `object.__init__`, which takes whatever a cooperating class passes on. */
export const NO_INIT: PyValue = transparentNative('__init__', () => NONE)

/** The methods that every object inherits: classes override them and call them through `super()`. */
const INHERITED: ReadonlyMap<string, (self: InstanceValue) => PyValue> = new Map<
  string,
  (self: InstanceValue) => PyValue
>([
  ['__init__', () => NO_INIT],
  [
    '__setattr__',
    (self) =>
      onName('__setattr__', (i, name, value) => {
        setByObject(i, self, name, value)
        return NONE
      }),
  ],
  ['__getattr__', (self) => onName('__getattr__', (_, name) => held(self, name))],
  ['__getattribute__', (self) => onName('__getattribute__', (_, name) => held(self, name))],
  [
    '__delattr__',
    (self) =>
      onName('__delattr__', (i, name) => {
        deleteByObject(i, self, name)
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

/** `object`, with the methods that classes call past their own: `object.__setattr__(self, name, value)`. */
export const OBJECT_CLASS = new ClassValue(
  'object',
  [],
  new Map<string, PyValue>(
    [...INHERITED.keys()].map((name) => [
      name,
      native(name, (i, { positional: [self, ...rest], keyword }) => {
        const method = self?.kind === 'instance' ? inheritedMethod(self, name) : undefined
        if (!method)
          throw pythonError('TypeError', `descriptor '${name}' of 'object' object needs an instance`)
        return i.call(method, { positional: rest, keyword })
      }),
    ]),
  ),
)

const onName = (method: string, apply: (i: Interpreter, name: string, value: PyValue) => PyValue): PyValue =>
  native(method, (i, { positional: [name, value] }) => {
    if (name?.kind !== 'str') throw pythonError('TypeError', 'attribute name must be string')
    return apply(i, name.value, value ?? NONE)
  })
