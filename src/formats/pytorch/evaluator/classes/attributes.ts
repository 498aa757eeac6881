import { nearest } from '../../../../errors/index.ts'
import { METHODS } from '../builtins/methods.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { operatorFunction } from '../interpreter/operators.ts'
import { unknownImport, unknownMember, useUnknown } from '../interpreter/unknown-imports.ts'
import { pythonError, unknownToThisVersion } from '../python-error.ts'
import {
  AttributesView,
  type ClassValue,
  type DescriptorValue,
  DictValue,
  InstanceValue,
  int,
  native,
  type OpaqueValue,
  type PyValue,
  positional,
  type RangeValue,
  type SuperValue,
  str,
  type TupleValue,
  tuple,
  typeName,
} from '../values/index.ts'
import { classFact, moduleFact } from './class-facts.ts'
import { unknownBaseOf } from './classes.ts'
import { isFixedInEnum, memberOf } from './enums.ts'
import {
  deleteByObject,
  inheritedMethod,
  NO_INIT,
  ownAttribute,
  ownDict,
  setByObject,
  setOwnAttribute,
} from './object-protocol.ts'
import { mayKnowAttribute } from './python-methods.ts'
import { isTensorAttribute, tensorAttribute } from './tensor-attributes.ts'

export function getAttribute(i: Interpreter, object: PyValue, name: string): PyValue {
  const found = findAttribute(i, object, name)
  if (found) return found
  const inherited = object.kind === 'class' ? unknownInherited(i, object, name) : undefined
  if (inherited) return inherited
  if (object.kind === 'namespace') return unknownMember(i, object, name)
  if (mayKnowAttribute(object.kind, name)) throw unknownToThisVersion(`${typeName(object)}.${name}`)
  const near = object.kind === 'instance' ? nearest(name, attributeNames(object)) : undefined
  throw pythonError(
    'AttributeError',
    `'${nameOf(object)}' object has no attribute '${name}'${near ? `; did you mean ${near}?` : ''}`,
  )
}

/** A class may inherit anything from an unknown one. */
function unknownInherited(i: Interpreter, of: ClassValue, name: string): PyValue | undefined {
  const base = unknownBaseOf(of)
  return base === undefined ? undefined : useUnknown(i, unknownImport(base), `${of.name}.${name}`)
}

const nameOf = (object: PyValue): string =>
  object.kind === 'namespace' || object.kind === 'class' ? object.name : typeName(object)

const attributeNames = (object: InstanceValue): string[] => [
  ...object.attributes.keys(),
  ...object.class.mro.flatMap(({ attributes }) => [...attributes.keys()]),
]

export function findAttribute(i: Interpreter, object: PyValue, name: string): PyValue | undefined {
  return (
    ofKind(i, object, name) ??
    (name === '__class__' ? i.call(i.builtin('type'), positional(object)) : undefined)
  )
}

function ofKind(i: Interpreter, object: PyValue, name: string): PyValue | undefined {
  switch (object.kind) {
    case 'instance':
      return instanceAttribute(i, object, name)
    case 'class':
      return classAttribute(i, object, name)
    case 'super':
      return superAttribute(i, object, name)
    case 'namespace':
      return object.get(name) ?? moduleFact(object, name)
    case 'tensor':
      return tensorAttribute(i, object, name)
    case 'type':
      return object.attributes?.get(name) ?? (name === '__name__' ? str(object.name) : undefined)
    case 'opaque':
      return opaqueAttribute(object, name)
    case 'function':
      return name === '__module__'
        ? str((object.wraps ?? object).scope.module.name)
        : functionName(object.name, name)
    case 'native':
      return functionName(object.name, name)
    case 'dict':
      if (name === 'default_factory' && object.factory) return object.factory
      return object.attributes?.get(name) ?? methodOf(object, name)
    case 'range':
      return rangeEnd(object, name) ?? methodOf(object, name)
    case 'slice':
      return name === 'start'
        ? object.lower
        : name === 'stop'
          ? object.upper
          : name === 'step'
            ? object.step
            : undefined
    case 'set':
      return object.isFrozen && CHANGES_SET.has(name) ? undefined : methodOf(object, name)
    case 'device':
      return name === 'type' ? str(object.type) : name === 'index' ? int(0) : undefined
    case 'descriptor':
      return name === 'setter' || name === 'deleter' ? accessorDecorator(object, name) : undefined
    case 'tuple': {
      const field = object.fields?.indexOf(name) ?? -1
      if (field >= 0) return object.items[field]
      if (name === '_fields' && object.fields) return tuple(object.fields.map(str))
      return tupleClassAttribute(i, object, name) ?? methodOf(object, name)
    }
    default: {
      const member = memberOf(object)
      return (member && instanceAttribute(i, member, name, object)) ?? methodOf(object, name)
    }
  }
}

const rangeEnd = (range: RangeValue, name: string): PyValue | undefined =>
  name === 'start' || name === 'stop' || name === 'step' ? range[name] : undefined

/** What a frozenset has not. */
const CHANGES_SET: ReadonlySet<string> = new Set(['add', 'discard', 'remove', 'pop', 'clear', 'update'])

/** What a NamedTuple class gives its tuples. */
function tupleClassAttribute(i: Interpreter, self: TupleValue, name: string): PyValue | undefined {
  const found = self.class?.lookup(name)
  if (!found || !self.class) return undefined
  if (found.kind === 'descriptor' && found.role === 'property') return i.call(found.callee, positional(self))
  return bind(found, self, self.class)
}

const functionName = (own: string, name: string): PyValue | undefined =>
  name === '__name__' || name === '__qualname__' ? str(own) : undefined

/** A built-in method of lists, dicts, strings and the like, bound to the value. */
function methodOf(object: PyValue, name: string): PyValue | undefined {
  const callee = METHODS.get(object.kind)?.get(name)
  return callee && { kind: 'method', self: object, callee }
}

/** @param self what methods are bound to. */
function instanceAttribute(
  i: Interpreter,
  object: InstanceValue,
  name: string,
  self: PyValue = object,
): PyValue | undefined {
  const inClass = object.class.lookup(name)
  if (inClass?.kind === 'descriptor' && inClass.role === 'property') {
    return i.call(inClass.callee, positional(self))
  }
  const own = ownAttribute(object, name)
  if (own) return own
  if (inClass?.kind === 'descriptor' && inClass.role === 'cached') {
    const value = i.call(inClass.callee, positional(self))
    setOwnAttribute(object, name, value)
    return value
  }
  if (inClass) return bind(inClass, self, object.class)
  if (name === '__class__') return object.class
  if (name === '__annotations__') {
    const annotations = object.class.annotations?.(i)
    if (annotations) return annotations
  }
  if (name === '__dict__') return ownDict(object) ?? new AttributesView(object.attributes)
  const inherited = inheritedMethod(object, name)
  if (inherited) return inherited
  const fallback = object.class.lookup('__getattr__')
  return fallback && i.call(fallback, positional(object, str(name)))
}

const isComputed = ({ role }: DescriptorValue): boolean => role === 'property' || role === 'cached'

function classAttribute(i: Interpreter, of: ClassValue, name: string): PyValue | undefined {
  const found = of.lookup(name)
  if (found?.kind === 'descriptor' && !isComputed(found)) return bind(found, of, of)
  if (found) return found
  if (name === '__name__' || name === '__qualname__') return str(of.name)
  if (name === '__members__' && of.role === 'enum') {
    return new DictValue(
      [...of.attributes].flatMap(([key, value]) =>
        memberOf(value)?.class === of ? [[str(key), value] as const] : [],
      ),
    )
  }
  const ofAll = classFact(of, name)
  if (ofAll) return ofAll
  if (name === '__annotations__' && of.annotations) return of.annotations(i)
  if (name === '__new__')
    return native(
      '__new__',
      (_, { positional: [made] }) => new InstanceValue(made?.kind === 'class' ? made : of),
    )
  if (name === '__init__') return NO_INIT
  const ofClasses = of.metaclass?.lookup(name)
  return of.metaclass && ofClasses && bind(ofClasses, of, of.metaclass)
}

function superAttribute(i: Interpreter, { self, after }: SuperValue, name: string): PyValue | undefined {
  const own = self.kind === 'instance' ? self.class : self.kind === 'class' ? self : undefined
  const order = own?.mro ?? []
  for (const of of order.slice(order.indexOf(after) + 1)) {
    const found = of.attributes.get(name)
    if (found?.kind === 'descriptor' && isComputed(found)) return i.call(found.callee, positional(self))
    if (found && own) return bind(found, self, own)
  }
  if (self.kind === 'instance') return inheritedMethod(self, name)
  return name === '__init__' ? NO_INIT : undefined
}

/** Of a tensor that is not known: attributes are not known either, methods are operators like any other. */
function opaqueAttribute(self: OpaqueValue, name: string): PyValue {
  if (isTensorAttribute(name)) return { kind: 'opaque', reason: name }
  return { kind: 'method', self, callee: operatorFunction(name) }
}

/** `@name.setter`, `@name.deleter` */
const accessorDecorator = (property: DescriptorValue, name: 'setter' | 'deleter'): PyValue =>
  native(name, (_, { positional: [accessor] }) => ({ ...property, [name]: accessor }))

/** What a class attribute is, seen through an instance (or, for class methods, through the class). */
function bind(found: PyValue, self: PyValue, of: ClassValue): PyValue {
  if (found.kind === 'function' || found.kind === 'native') return { kind: 'method', self, callee: found }
  if (found.kind !== 'descriptor') return found
  const { callee, role } = found
  const isFunction = callee.kind === 'function' || callee.kind === 'native'
  return role === 'class' && isFunction ? { kind: 'method', self: of, callee } : callee
}

/** Whether the name holds another tensor; of one that is written in place, the write is noted. */
function replacesTensor(object: InstanceValue, name: string, value: PyValue): boolean {
  const held = ownAttribute(object, name)
  return held?.kind === 'tensor' && held !== value
}

/** The write is seen for the rest of this call, and dropped behind it. */
function noteState(i: Interpreter, object: InstanceValue, name: string): void {
  i.session.warn(
    `${object.class.name}.${name} is written (${i.session.place}): each call starts from the value in the file`,
  )
}

/** Notes on functions and tensors, switches of what has no effect here (`torch.backends.cudnn.benchmark = True`). */
const ignoresAttributes = (object: PyValue): boolean =>
  object.kind === 'tensor' ||
  object.kind === 'function' ||
  object.kind === 'opaque' ||
  (object.kind === 'namespace' && (object.isInert === true || object.isUnknown === true))

/** `del object.name`, `delattr(object, name)` */
export function deleteAttribute(i: Interpreter, object: PyValue, name: string): void {
  if (object.kind === 'instance') {
    const method = object.class.lookup('__delattr__')
    if (method) i.call(method, positional(object, str(name)))
    else deleteByObject(i, object, name)
  } else if (isFixedInEnum(object, name)) {
    throw pythonError('AttributeError', `cannot delete member '${name}'`)
  } else if (object.kind !== 'class' || !object.attributes.delete(name)) {
    if (ignoresAttributes(object)) return
    throw pythonError('AttributeError', `'${typeName(object)}' object has no attribute '${name}'`)
  }
}

export function setAttribute(i: Interpreter, object: PyValue, name: string, value: PyValue): void {
  if (isFixedInEnum(object, name)) throw pythonError('AttributeError', `cannot reassign '${name}' of an Enum`)
  if (object.kind === 'instance' && name === '__class__' && value.kind === 'class') {
    object.class = value
  } else if (object.kind === 'instance') {
    if (i.session.isForward && value.kind === 'tensor' && replacesTensor(object, name, value))
      noteState(i, object, name)
    const setter = object.class.lookup('__setattr__')
    if (setter) i.call(setter, positional(object, str(name), value))
    else setByObject(i, object, name, value)
  } else if (object.kind === 'class') {
    object.attributes.set(name, value)
  } else if (object.kind === 'dict' && object.attributes) {
    object.attributes.set(name, value)
  } else if (object.kind === 'namespace' && object.names) {
    object.names.set(name, value)
  } else if (object.kind === 'namespace' && object.isProvided) {
    throw unknownToThisVersion(`assignments to ${object.name}.${name}`)
  } else if (object.kind === 'tensor' && name === 'data') {
    i.operator('copy_', [object, value])
  } else if (object.kind === 'tensor' && name === 'requires_grad') {
    object.requiresGrad = i.truth(value)
  } else if (!ignoresAttributes(object)) {
    throw pythonError('AttributeError', `'${typeName(object)}' object has no attribute '${name}'`)
  }
}
