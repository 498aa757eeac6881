import type { Interpreter } from '../interpreter/interpreter.ts'
import type { Session } from '../session.ts'
import {
  AttributesView,
  type ClassValue,
  DictValue,
  ListValue,
  type NamespaceValue,
  native,
  type PyValue,
  str,
  tuple,
} from '../values/index.ts'
import { makeNamedTuple } from './named-tuples.ts'
import { OBJECT_CLASS } from './object-protocol.ts'

/** The classes that each evaluation made, in order. */
const made = new WeakMap<Session, ClassValue[]>()

/** Remembers a class for `__subclasses__` of its bases. */
export function noteClass({ session }: Interpreter, of: ClassValue): void {
  const known = made.get(session) ?? []
  made.set(session, known)
  known.push(of)
}

const subclassesOf = ({ session }: Interpreter, of: ClassValue): ClassValue[] =>
  (made.get(session) ?? []).filter(({ bases }) => bases.includes(of))

const withObject = (classes: readonly ClassValue[], of: ClassValue): PyValue[] =>
  of === OBJECT_CLASS ? [...classes] : [...classes, OBJECT_CLASS]

/** What Python lets be asked of every class, or of every NamedTuple class. */
export function classFact(of: ClassValue, name: string): PyValue | undefined {
  switch (name) {
    case '__mro__':
      return tuple(withObject(of.mro, of))
    case 'mro':
      return native('mro', () => tuple(withObject(of.mro, of)))
    case '__bases__':
      return tuple(of.bases.length > 0 ? of.bases : withObject([], of))
    case '__base__':
      return of.bases[0] ?? (of === OBJECT_CLASS ? undefined : OBJECT_CLASS)
    case '__subclasses__':
      return native('__subclasses__', (i) => new ListValue(subclassesOf(i, of)))
    default:
      return of.role === 'namedtuple' ? tupleFact(of, name) : undefined
  }
}

/** What Python lets be asked of a file's module. */
export const moduleFact = ({ names }: NamespaceValue, name: string): PyValue | undefined =>
  name === '__dict__' && names ? new AttributesView(names) : undefined

function tupleFact(of: ClassValue, name: string): PyValue | undefined {
  const fields = of.fields ?? []
  if (name === '_fields') return tuple(fields.map(str))
  if (name === '_field_defaults')
    return new DictValue(
      fields.flatMap((field) => {
        const value = of.lookup(field)
        return value ? [[str(field), value] as const] : []
      }),
    )
  if (name !== '_make') return undefined
  return native('_make', (i, { positional: [items] }) =>
    makeNamedTuple(of, { positional: items ? i.iterate(items) : [], keyword: new Map() }),
  )
}
