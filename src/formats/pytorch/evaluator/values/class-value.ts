import type { Interpreter } from '../interpreter/interpreter.ts'
import type { DictValue } from './containers.ts'
import type { PyValue } from './py-value.ts'

/** A class: of the user's source, of the library's, or a built-in one. */
export class ClassValue {
  readonly kind = 'class'
  readonly name: string
  /** Dotted, as error messages and `isinstance` against a name need it. */
  readonly qualifiedName: string
  readonly attributes: Map<string, PyValue>
  /** The class itself first, then its bases in resolution order. */
  readonly mro: readonly ClassValue[]
  /** Field names, for NamedTuple classes and dataclasses. */
  fields: readonly string[] | undefined
  /** Of an Enum whose members are texts or numbers too: `class Mode(str, Enum)`. */
  dataType: 'str' | 'int' | 'float' | undefined
  /** The class of this class, where the source gives one. */
  metaclass: ClassValue | undefined
  /** `__annotations__` of the class itself, evaluated when they are asked for. */
  annotations: ((i: Interpreter) => DictValue) | undefined
  /** As the class statement names them, without `object`. */
  readonly bases: readonly ClassValue[]
  /** The type of Python's own that it derives from, where such instances are not built here. */
  unbuilt: string | undefined
  /** Python's own dict, as a base: its instances hold items. */
  isDict = false
  /** How calling it makes a value, where that is not an instance with attributes (NamedTuple, Enum, `int`). */
  readonly role: 'object' | 'namedtuple' | 'enum' | 'exception'

  constructor(
    name: string,
    bases: readonly ClassValue[] = [],
    attributes: Map<string, PyValue> = new Map(),
    qualifiedName = name,
  ) {
    this.name = name
    this.qualifiedName = qualifiedName
    this.attributes = attributes
    this.bases = bases
    this.unbuilt = bases.find(({ unbuilt }) => unbuilt)?.unbuilt
    this.mro = [this, ...mergeOrders([...bases.map(({ mro }) => mro), bases])]
    this.role = bases.find(({ role }) => role !== 'object')?.role ?? 'object'
    this.dataType = bases.find(({ dataType }) => dataType)?.dataType
    this.metaclass = bases.find(({ metaclass }) => metaclass)?.metaclass
  }

  /** A built-in class whose instances TypeScript makes. */
  static special(name: string, role: ClassValue['role']): ClassValue {
    return new SpecialClass(name, role)
  }

  lookup(name: string): PyValue | undefined {
    for (const { attributes } of this.mro) {
      const found = attributes.get(name)
      if (found) return found
    }
    return undefined
  }

  isSubclassOf(other: ClassValue): boolean {
    return this.mro.includes(other)
  }
}

class SpecialClass extends ClassValue {
  override readonly role: ClassValue['role']

  constructor(name: string, role: ClassValue['role']) {
    super(name)
    this.role = role
  }
}

/** C3 linearisation (https://www.python.org/download/releases/2.3/mro/); inconsistent orders fall back on depth first. */
function mergeOrders(sequences: readonly (readonly ClassValue[])[]): ClassValue[] {
  const pending = sequences.map((sequence) => [...sequence]).filter((sequence) => sequence.length > 0)
  const merged: ClassValue[] = []
  while (pending.length > 0) {
    const heads = pending.map(([head]) => head).filter((head) => head !== undefined)
    const next = heads.find((head) => pending.every((rest) => rest.indexOf(head) <= 0)) ?? heads[0]
    if (!next) break
    merged.push(next)
    for (let i = pending.length - 1; i >= 0; i--) {
      const rest = pending[i]?.filter((item) => item !== next) ?? []
      if (rest.length === 0) pending.splice(i, 1)
      else pending[i] = rest
    }
  }
  return merged
}

/** An instance with attributes: a module, or any other object of a class. */
export class InstanceValue {
  readonly kind = 'instance'
  /** Changed where a program assigns `__class__`. */
  class: ClassValue
  readonly attributes: Map<string, PyValue>

  constructor(of: ClassValue, attributes: Map<string, PyValue> = new Map()) {
    this.class = of
    this.attributes = attributes
  }
}
