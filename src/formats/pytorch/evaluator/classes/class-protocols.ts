import { ModelError } from '../../../../errors/index.ts'
import type { ClassStatement } from '../../source/index.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import type { Scope } from '../interpreter/scope.ts'
import type { ClassValue } from '../values/index.ts'

/** Methods that change what instances of a class are, and what each of them does. */
const OF_INSTANCES: readonly (readonly [method: string, does: string])[] = [
  ['__new__', 'makes its own instances'],
  ['__getattribute__', 'looks its attributes up by itself'],
  ['__get__', 'computes the attributes of other classes'],
]

/** @throws ModelError UNSUPPORTED_CONSTRUCT for a class whose instances would be something else in Python. */
export function refuseOwnInstances(of: ClassValue): void {
  for (const [method, does] of OF_INSTANCES) {
    if (isOwn(of, method)) throw refused(`The class ${of.name} has a method ${method}, which ${does}`)
  }
}

/** Methods between double underscores that tuples of a NamedTuple class have from it here. */
const OF_TUPLES =
  /^__((r|i)?(add|sub|mul|truediv|floordiv|mod|pow|matmul|and|or|xor|lshift|rshift)|repr|str|call)__$/

/** @throws ModelError UNSUPPORTED_CONSTRUCT for a NamedTuple class whose tuples would not be tuples in all. */
export function refuseOwnTupleMethods({ name, attributes }: ClassValue): void {
  for (const [method, { kind }] of attributes)
    if (kind === 'function' && /^__.+__$/.test(method) && !OF_TUPLES.test(method))
      throw refused(`The NamedTuple class ${name} has a method ${method} of its own`)
}

/** @throws ModelError UNSUPPORTED_CONSTRUCT for a class whose making runs code of a base. */
export function refuseOwnMaking(name: string, bases: readonly ClassValue[]): void {
  for (const base of bases) {
    if (isOwn(base, '__init_subclass__'))
      throw refused(`The class ${name} derives from ${base.name}, whose __init_subclass__ runs for it`)
  }
}

/**
 * The class of a class, whose methods the class has as an instance has its class's.
 *
 * @throws ModelError UNSUPPORTED_CONSTRUCT for one that makes classes, calls or reads them in its own way.
 */
export function metaclassOf(i: Interpreter, s: ClassStatement, scope: Scope): ClassValue | undefined {
  for (const argument of s.bases) {
    if (argument.kind !== 'Keyword' || argument.name !== 'metaclass') continue
    const metaclass = i.evaluate(argument.value, scope)
    if (metaclass.kind !== 'class') return undefined
    const special = metaclass.mro.flatMap(specialMethods)[0]
    if (special === undefined) return metaclass
    throw refused(
      `The class ${s.name} is made by the metaclass ${metaclass.name}, which has a method ${special} of its own`,
    )
  }
  return undefined
}

/** Those that Python calls by itself. */
const specialMethods = ({ attributes }: ClassValue): string[] =>
  [...attributes].flatMap(([name, { kind }]) =>
    kind === 'descriptor' || (kind === 'function' && /^__.+__$/.test(name)) ? [name] : [],
  )

/** Written in Python, not one that the library's own classes have. */
function isOwn(of: ClassValue, method: string): boolean {
  const found = of.lookup(method)
  const callee = found?.kind === 'descriptor' ? found.callee : found
  return callee?.kind === 'function' && !callee.scope.module.isLibrary
}

const refused = (what: string): ModelError =>
  new ModelError('UNSUPPORTED_CONSTRUCT', {
    what,
    why: 'Such a class would behave otherwise here than in Python',
    next: 'Write it without that, or leave it out of the model',
  })
